"""The IndexTTS-2 and 2.5 voices on PyTorch: clone a voice, borrow an emotion. Import from the modules."""
