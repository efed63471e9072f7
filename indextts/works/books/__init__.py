"""Books as works: the library, chapters, casts, findings, files, and the loop that speaks them."""
