"""espeak-ng, an engine for languages that nothing else speaks: an extra, off by default (GPL; a robot)."""
