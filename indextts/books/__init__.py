"""Long texts: files read into chapters, who speaks what, files with chapters made of the sound."""
