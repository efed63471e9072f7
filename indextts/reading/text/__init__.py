"""From written text to segments of spoken tokens.

:mod:`~indextts.reading.text.frontend` puts the parts together: cleaning (:mod:`~indextts.reading.text.chars`),
sentences and their language, rewriting of everything that is not read as it is written, tokens, and cutting to length.
"""
