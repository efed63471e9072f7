"""Programs' own clients over the network: each speaks a Chinese and an English sentence with the published voice, and
the sound is that sentence's.

LangChain has no class that speaks through an address of one's own (its tools for ElevenLabs, Hugging Face and Eden AI
know their makers' alone): with it one speaks by OpenAI's client in a tool, as its guides do.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import io
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import httpx2
import numpy as np
import pytest
import soundfile
from elevenlabs.client import ElevenLabs
from gradio_client import Client as GradioClient
from mcp.client.client import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from openai import OpenAI
from wyoming.audio import AudioChunk
from wyoming.client import AsyncTcpClient
from wyoming.tts import Synthesize

from benchmarks.accuracy_english import errors
from indextts.platform.config import Config
from indextts.platform.serving_config import WyomingConfig
from indextts.sound.encode import wav_header
from indextts.sound.resample import resample
from tests.support.ports import free_port
from tests.support.services import application, make_service, serving
from tests.support.waiting import page_ready, until
from training.hearing import RATE as HEARD_RATE
from training.hearing import hear, make_dictation

CHINESE: Final = "今天天气很好，我们一起去公园散步吧。"
ENGLISH: Final = "The last train left the station before dawn."
CLOSE_S: Final = 0.25
"""Codecs pad their ends."""


@pytest.fixture(scope="module")
def wyoming_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def address(real_config: Config, wyoming_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A studio with its page and all of its doors, whose works are the test's own."""
    own: Path = tmp_path_factory.mktemp("cache_hub")
    (own / "models").mkdir()  # natural voices may be installed as well: they would speak for some names
    (own / "models" / "embedded").symlink_to(real_config.models_path / "embedded")
    changes = {"cache_dir": own, "wyoming": WyomingConfig(port=wyoming_port)}
    service = make_service(real_config.model_copy(update=changes), rate_limit="100000/minute", hosts=())
    app = application(service)
    with serving(app) as address:
        page_ready(address)
        until(lambda: answers(wyoming_port))
        yield address
        if gradio_client.cache_info().currsize:
            gradio_client(address).close()
        gradio_client.cache_clear()
    service.close()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def by_openai(address: str, text: str) -> bytes:
    client = OpenAI(base_url=f"{address}/v1", api_key="unused")
    with client.audio.speech.with_streaming_response.create(model="tts-1", voice="alloy", input=text) as answer:
        return b"".join(answer.iter_bytes())


def by_litellm(address: str, text: str) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # it asks its makers for prices otherwise
        import litellm

    answer = litellm.speech(
        model="openai/tts-1", voice="alloy", input=text, api_base=f"{address}/v1", api_key="unused", max_retries=0
    )
    return bytes(answer.content)


def by_langchain(address: str, text: str) -> bytes:
    from langchain_core.runnables import RunnableLambda
    from langchain_core.tools import tool  # what they import takes seconds, as does LiteLLM

    client = OpenAI(base_url=f"{address}/v1", api_key="unused")

    @tool
    def read_aloud(text: str) -> bytes:
        """Read the text aloud."""
        return client.audio.speech.create(model="tts-1-hd", voice="nova", input=text).content

    def arguments(text: str) -> dict[str, str]:
        return {"text": text}

    chain: Any = RunnableLambda(arguments) | read_aloud
    return bytes(chain.invoke(text))


@functools.cache
def gradio_client(address: str) -> GradioClient:
    """One for both sentences: it reads the whole description of the page first."""
    return GradioClient(address, verbose=False)


def by_gradio(address: str, text: str) -> bytes:
    return Path(gradio_client(address).predict(text=text, api_name="/synthesize")).read_bytes()


def by_azure(address: str, text: str) -> bytes:
    """As its REST guide has it: a token for the key, then the document."""
    language, voice = ("zh-CN", "zh-CN-XiaoxiaoNeural") if text == CHINESE else ("en-US", "en-US-JennyNeural")
    document = f'<speak version="1.0" xml:lang="{language}"><voice name="{voice}">{text}</voice></speak>'
    headers = {
        "Ocp-Apim-Subscription-Key": "unused",
        "Content-Type": "application/ssml+xml",
        "X-Microsoft-OutputFormat": "riff-24khz-16bit-mono-pcm",
        "User-Agent": "reader",
    }
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        answer = client.post("/cognitiveservices/v1", content=document.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.content


def by_elevenlabs(address: str, text: str) -> bytes:
    client = ElevenLabs(api_key="unused", base_url=f"{address}/elevenlabs")
    return b"".join(client.text_to_speech.convert("default", text=text, model_id="eleven_multilingual_v2"))


def by_mcp(address: str, text: str) -> bytes:
    async def work() -> bytes:
        async with (
            httpx2.AsyncClient(timeout=60) as http,
            McpClient(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            result: Any = await client.call_tool("say", {"text": text, "format": "wav"})
            return base64.b64decode(result.content[0].data)

    return asyncio.run(work())


CLIENTS: Final[dict[str, Callable[[str, str], bytes]]] = {
    "openai": by_openai, "litellm": by_litellm, "langchain": by_langchain, "gradio_client": by_gradio,
    "azure": by_azure, "elevenlabs": by_elevenlabs, "mcp": by_mcp,
}  # fmt: skip


dictation = functools.cache(make_dictation)  # its dictionary is read in a second


def check(sound: bytes, address: str, text: str) -> None:
    """``sound`` is a file of that sentence: as long as the studio's own, no silence, and English is understood."""
    samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32")
    own = httpx.post(
        f"{address}/v1/audio/speech", json={"input": text, "response_format": "wav"}, timeout=60, trust_env=False
    )
    assert len(samples) / rate == pytest.approx(soundfile.info(io.BytesIO(own.content)).duration, abs=CLOSE_S)
    assert float(np.abs(samples).max()) > 0.1
    if text == ENGLISH:
        padded = np.pad(resample(samples, rate, HEARD_RATE), HEARD_RATE // 4)
        heard = hear(dictation(), (np.clip(padded, -1, 1) * 32_767).astype("<i2").tobytes()).split()
        wanted = text.lower().rstrip(".").split()
        assert errors(wanted, heard) <= 0.4 * len(wanted), heard


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("client", CLIENTS)
def test_a_programs_own_client_speaks(address: str, client: str, text: str) -> None:
    check(CLIENTS[client](address, text), address, text)


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_wyomings_own_client_speaks(address: str, wyoming_port: int, text: str) -> None:
    async def work() -> tuple[int, bytes]:
        async with AsyncTcpClient("127.0.0.1", wyoming_port, read_timeout=60) as client:
            await client.write_event(Synthesize(text).event())
            rate, sound = 0, b""
            while (event := await client.read_event()) is not None and event.type != "audio-stop":
                if AudioChunk.is_type(event.type):
                    chunk = AudioChunk.from_event(event)
                    rate, sound = chunk.rate, sound + chunk.audio
            return rate, sound

    rate, sound = asyncio.run(work())
    check(wav_header(rate, len(sound)) + sound, address, text)
