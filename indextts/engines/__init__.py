"""Ways to run the pipeline's lower half, from phonemes to sound, behind one protocol."""
