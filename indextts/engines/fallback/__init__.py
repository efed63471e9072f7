"""The engines as a chain: whoever is asked first, and who takes over when that one cannot speak.

``registry`` knows what engines there are, ``pool`` opens and closes them, ``breaker`` and ``forecast`` say who is worth
asking, ``relay`` speaks one request with them, ``checks`` looks at every sound before anybody hears it.
"""
