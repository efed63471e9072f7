"""Operations on an utterance between text and sound: checks, edits, versions, and speaking only what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.plan.check import check_plan as check_plan
    from indextts.plan.editing import EditSession as EditSession
    from indextts.plan.edits import Edit as Edit
    from indextts.plan.receipt import plan_digest as plan_digest
    from indextts.plan.request import SpeechRequest as SpeechRequest
    from indextts.plan.request import check_settings as check_settings
    from indextts.plan.request import check_text as check_text
    from indextts.plan.segment_cache import SegmentAudio as SegmentAudio
    from indextts.plan.segment_cache import SegmentCache as SegmentCache
    from indextts.plan.segment_cache import SegmentSound as SegmentSound
    from indextts.plan.versions import Plan as Plan

_HOMES: Final = {
    "Edit": "edits",
    "EditSession": "editing",
    "Plan": "versions",
    "SegmentAudio": "segment_cache",
    "SegmentCache": "segment_cache",
    "SegmentSound": "segment_cache",
    "SpeechRequest": "request",
    "check_plan": "check",
    "check_settings": "request",
    "check_text": "request",
    "plan_digest": "receipt",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
