"""A page of another website that the operator allows plays speech, in a real browser; one of a third does not."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, WAIT_MS, Open
from tests.support import websites
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import page_ready
from tests.support.websites import FETCH

pytestmark = pytest.mark.browser

SPEAK = """async ([address, key]) => {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}`, "X-Stainless-Lang": "js" };
  const body = JSON.stringify({ model: "kokoro", voice: "af_heart", input: "你好，world。" });
  try {
    const answer = await fetch(`${address}/v1/audio/speech`, { method: "POST", headers, body });
    if (!answer.ok) return [answer.status, await answer.text(), ""];
    const sound = new Audio(URL.createObjectURL(await answer.blob()));
    await sound.play();
    return [answer.status, sound.duration, answer.headers.get("X-Engine")];
  } catch (error) { return [0, String(error), ""]; }
}"""

SOURCE = """async (address) => {
  const sound = new Audio(address);
  return await new Promise((done) => {
    sound.onloadedmetadata = () => done("loaded");
    sound.onerror = () => done("refused");
  });
}"""


@pytest.fixture(scope="module")
def key() -> list[str]:
    """The key of the server, once it is there."""
    return []


@pytest.fixture(scope="module")
def url(engine: HeldEngine, key: list[str]) -> Iterator[str]:
    service = make_service(engine.config, engine, rate_limit="100000/minute")  # type: ignore[attr-defined]
    key.append(service.keys.add("chat")[1])
    with serving(application(service)) as base:
        page_ready(base)
        yield base


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of the other websites."""
    with websites.website() as port:
        yield port


@pytest.fixture
def elsewhere(browser: Browser, port: int, chromium: str) -> Iterator[Page]:
    """A page of a browser of its own, for whom the names of other websites lead to this machine."""
    made = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, *websites.MISLED])
    page = made.new_page(locale="en-US")
    page.set_default_timeout(WAIT_MS)
    yield page
    made.close()


@pytest.mark.gate
def test_the_operator_allows_a_page_that_was_refused_and_no_other_one_speaks(
    open_page: Open, elsewhere: Page, url: str, port: int, key: list[str]
) -> None:
    chat = f"http://chat.test:{port}"
    address = f"http://127.0.0.1:{urlsplit(url).port}"
    sound = f"{address}/v1/audio/speech?key={key[0]}&response_format=wav&input={quote('你好')}"
    elsewhere.goto(chat)
    assert elsewhere.evaluate(SPEAK, [address, key[0]])[0] == 0
    assert elsewhere.evaluate(SOURCE, sound) == "refused"

    system = open_page(language="en-US")
    system.click("#header [data-tab=system]")
    row = system.locator(".system-origins li", has_text=chat)
    expect(row).to_contain_text("refused")
    row.get_by_role("button", name="Allow").click()
    expect(system.locator(".system-origins li", has_text=chat)).to_contain_text("allowed")
    expect(system.locator(".system-origins .system-said")).to_have_text(f"{chat} may have speech, with a key.")

    status, length, engine = elsewhere.evaluate(SPEAK, [address, key[0]])
    assert (status, engine) == (200, "embedded") and length > 0.3
    assert elsewhere.evaluate(SOURCE, sound) == "loaded"
    status, said, _ = elsewhere.evaluate(SPEAK, [address, "its_wrong"])
    assert status == 403 and "key" in said
    for path in ("/v1/voices", "/v1/system", "/", "/v1/models"):
        options = {"headers": {"Authorization": f"Bearer {key[0]}"}}
        assert elsewhere.evaluate(FETCH, [address + path, options])[0] == "failed"
    elsewhere.goto(f"http://evil.test:{port}")
    assert elsewhere.evaluate(SPEAK, [address, key[0]])[0] == 0
    assert elsewhere.evaluate(SOURCE, sound) == "refused"

    system.reload()
    system.click("#header [data-tab=system]")
    system.locator(".system-origins li", has_text=chat).get_by_role("button", name="Forget").click()
    expect(system.locator(".system-origins li", has_text=chat)).to_have_count(0)
    elsewhere.goto(chat)
    assert elsewhere.evaluate(SPEAK, [address, key[0]])[0] == 0
