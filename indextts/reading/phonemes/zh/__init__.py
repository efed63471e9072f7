"""Chinese characters: pinyin, polyphones, tone sandhi."""
