"""IndexTTS Studio: Mandarin and English text-to-speech on an ordinary CPU.

Importing this package imports nothing else: models, servers and pages load when they are asked for.
"""

from typing import Final

__version__: Final = "0.2.0"
