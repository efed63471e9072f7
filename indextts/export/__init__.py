"""What is made of a spoken plan beside its sound: subtitles and plots."""
