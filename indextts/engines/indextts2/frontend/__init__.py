"""What goes into the networks of IndexTTS-2: text as tokens, recordings as spectra."""
