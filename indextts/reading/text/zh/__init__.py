"""Chinese rules of the text stage."""
