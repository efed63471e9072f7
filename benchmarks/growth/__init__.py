"""How cost grows: with the length of a text, with clients, with what is kept, with what is edited, with requests."""
