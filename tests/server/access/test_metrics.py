"""What ``/metrics`` tells to keys that may not manage, and to visitors: counts, and nothing of a person's."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.studio_keys import HERE, Studio

NAMES = ("geheimnisvolle-anna", "geheimer-titel", "geheimer-satz", "geheime-stimme", "198.51.100.77")
LABELS = {
    "asked", "cache", "code", "engine", "generation", "implementation", "kind", "le", "major", "method", "minor",
    "outcome", "patchlevel", "queue", "reason", "route", "state", "status", "version", "what",
}  # fmt: skip


@pytest.fixture
def used(studio: Studio) -> Studio:
    """A server on which a key with a telling name has made works, and asked for what is not there."""
    name, title, sentence, voice, address = NAMES
    theirs = studio.client(Authorization=f"Bearer {studio.key(name)}")
    theirs.headers["X-Forwarded-For"] = address
    assert theirs.post("/v1/projects", json={"name": title}).status_code < 300
    theirs.post("/v1/audio/speech", json={"input": sentence, "voice": voice, "model": "tts-1"})
    for path in (f"/v1/projects/{title}", f"/{sentence}", f"/v1/store/{voice}/pull"):
        theirs.get(path)
        theirs.request(title.upper(), path)
    return studio


def test_it_has_no_name_text_or_address_and_no_label_that_a_caller_could_fill(used: Studio) -> None:
    plain = used.client(Authorization=f"Bearer {used.key('reader')}")
    visitor = used.client(used.app(keys="never"))
    for client in (plain, visitor, used.client(peer=HERE)):
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert not [name for name in (*NAMES, *used.secrets, *used.secrets.values()) if name in answer.text.lower()]
        families = list(text_string_to_metric_families(answer.text))
        samples = [sample for family in families for sample in family.samples]
        assert {label for sample in samples for label in sample.labels} <= LABELS
        jobs = {sample.labels["state"] for sample in samples if sample.name == "indextts_jobs_now"}
        assert jobs, "how many there are, whosever they are"
        assert {one.labels["method"] for one in samples if "method" in one.labels} <= {"GET", "POST", "other"}
        assert not [value for sample in samples for value in sample.labels.values() if "geheim" in value]


def test_strangers_see_nothing_where_keys_are_needed(used: Studio) -> None:
    assert used.client().get("/metrics").status_code == 401
