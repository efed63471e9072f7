"""A service with its works, in one hand."""

from __future__ import annotations

from indextts.platform.config import Config
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.works.works import Works


class WholeService(SpeechService):
    """A service that knows the works which the application makes beside it."""

    def __init__(self, config: Config, *, preloader: Preloader | None = None) -> None:
        super().__init__(config, preloader=preloader)
        self.works = Works(config, self)
