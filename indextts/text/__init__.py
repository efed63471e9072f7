"""From written text to segments of spoken tokens.

:mod:`~indextts.text.frontend` puts the parts together: cleaning (:mod:`~indextts.text.chars`), sentences and
their language, rewriting of everything that is not read as it is written, tokens, and cutting to length.
"""
