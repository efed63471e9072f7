"""Measured facts that make voices equal: the loudness of each, and the partner that lends its melody abroad."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from indextts.voices.mixture import Mixture

USUAL_LUFS: Final = -21.0
"""The level that every voice is brought to."""
_LUFS: Final = {
    "zf_xiaoxiao": -17.4, "zm_yunxi": -22.4, "zf_xiaobei": -21.2, "zm_yunjian": -21.9, "zm_yunyang": -24.6,
    "zf_xiaoyi": -20.1, "zm_yunxia": -21.4, "af_heart": -22.4, "bf_emma": -19.7, "am_michael": -23.8,
    "af_bella": -23.0, "af_nicole": -21.3, "am_fenrir": -18.2, "am_puck": -16.7, "af_aoede": -16.9,
    "af_kore": -17.7, "af_sarah": -21.6, "bf_isabella": -17.2, "bm_george": -21.1, "bm_fable": -19.5,
    "af_alloy": -19.5, "af_nova": -26.1, "af_sky": -22.9, "bm_lewis": -22.9, "am_echo": -20.6, "am_eric": -19.9,
    "am_liam": -20.5, "am_onyx": -19.6, "af_jessica": -21.0, "af_river": -20.7, "bf_alice": -19.9,
    "bf_lily": -20.1, "bm_daniel": -20.1, "am_santa": -21.1, "am_adam": -18.3, "zf_xiaoni": -19.7,
}  # fmt: skip
"""Loudness of three sentences in the voice's own language."""
_PARTNERS: Final = {
    "zf": "af_heart", "zm": "am_michael", "af": "zf_xiaoxiao", "am": "zm_yunxi", "bf": "zf_xiaoxiao", "bm": "zm_yunxi",
}  # fmt: skip
_MOST_RAISED: Final = {"zf": 4.5}
"""Semitones by which the pitch of voices can be raised: the Mandarin women's follows no further, then falls back."""
_LENT_TIMBRE: Final = 0.3
"""Share of the partner's timbre in what a Mandarin voice says with English in it: alone it slurs English sounds."""


def gain_db(mixture: Mixture) -> float:
    """Decibels that bring the voices of a mixture to the usual level."""
    return sum(share * (USUAL_LUFS - _LUFS.get(name, USUAL_LUFS)) for name, share in mixture.shares)


def lift_of(mixture: Mixture, semitones: float) -> float:
    """The factor on its pitch that a mixture, raised by ``semitones``, needs beyond what its vocoder follows."""
    design = mixture.design
    asked = semitones + design.pitch - 12.0 * math.log2(design.tract)
    return float(2.0 ** max(0.0, (asked - _MOST_RAISED.get(mixture.heaviest[:2], asked)) / 12.0))


def partner_of(name: str) -> str:
    """The voice that lends its durations and melody where ``name`` speaks a text of the other language."""
    return _PARTNERS[name[:2]]


def timbre_of(mixture: Mixture, *, english: bool, names: Collection[str]) -> Mixture:
    """Whose timbre ``mixture`` has, where ``english`` says whether there is English in what it says.

    ``names`` are the voices that are there. A Mandarin voice takes a share from its partner for that.
    """
    partner = partner_of(mixture.heaviest)
    if not english or not mixture.heaviest.startswith("z") or partner not in names:
        return mixture
    own = tuple((name, share * (1.0 - _LENT_TIMBRE)) for name, share in mixture.shares)
    return replace(mixture, shares=(*own, (partner, _LENT_TIMBRE)))
