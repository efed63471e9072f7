"""The networks of IndexTTS-2 and 2.5, one file each."""
