"""Several engines as one: the first of an order speaks, and the next one takes over where it cannot.

``pool`` opens and closes engines, ``router`` knows which voice belongs to which engine and which engines to try in
which order, ``session`` speaks one request with them, ``attempt`` has an engine say a segment and looks at the sound.
"""
