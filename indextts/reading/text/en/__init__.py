"""English rules of the text stage."""
