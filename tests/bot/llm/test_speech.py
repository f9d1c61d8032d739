"""Speech to text against a server that speaks OpenAI's audio API."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.llm.config import LlmConfig
from bot.llm.speech import OpenAISpeech
from handlers.invocation import Attachment
from handlers.practice.ports import Transcript, Unreadable
from questions.ports import GraderUnavailable

CLIP = Attachment(name="audio_message", media_type="audio/mp4", size=5, url="")


class AudioServer:
    """Answers each request with the script's next status and body, then with a transcript."""

    def __init__(self) -> None:
        self.script: deque[tuple[int, object]] = deque()
        self.forms: list[dict[str, str]] = []
        self.files: list[tuple[str, str, bytes]] = []
        app = web.Application()
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        self.url = ""

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        self.files.append((file.filename, file.content_type, file.file.read()))
        self.forms.append({k: v for k, v in form.items() if isinstance(v, str)})
        status, body = self.script.popleft() if self.script else (200, {"text": "hello"})
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status)


@pytest.fixture
async def server() -> AsyncIterator[AudioServer]:
    made = AudioServer()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def speech(server: AudioServer) -> AsyncIterator[OpenAISpeech]:
    made = OpenAISpeech(LlmConfig(api_key="sk-secret", base_url=server.url, model="whisper-1"))
    yield made
    await made.close()


async def test_a_recording_is_sent_with_its_type_and_comes_back_as_text(
    server: AudioServer, speech: OpenAISpeech
) -> None:
    server.script.append((200, {"text": " Um, I would measure. ", "duration": 4.5}))

    assert await speech.write_down(CLIP, b"sound") == Transcript(
        text="Um, I would measure.", seconds=4.5
    )
    assert server.files == [("audio_message.mp4", "audio/mp4", b"sound")]
    assert server.forms[0]["model"] == "whisper-1"
    assert server.forms[0]["response_format"] == "verbose_json"


async def test_what_a_server_says_that_it_took_is_kept(
    server: AudioServer, speech: OpenAISpeech
) -> None:
    server.script.append((200, {"text": "hm", "usage": {"type": "tokens", "total_tokens": 42}}))
    server.script.append((200, {"text": "hm", "usage": {"type": "duration", "seconds": 3}}))

    heard = [await speech.write_down(CLIP, b"sound") for _ in range(2)]
    assert heard == [
        Transcript(text="hm", seconds=0.0, tokens=42),
        Transcript(text="hm", seconds=3.0),
    ]


async def test_a_server_that_knows_no_lengths_is_asked_for_words_alone_from_then_on(
    server: AudioServer, speech: OpenAISpeech
) -> None:
    server.script.append((400, {"error": {"message": "response_format"}}))

    for _ in range(2):
        heard = await speech.write_down(CLIP, b"sound")
        assert heard == Transcript(text="hello", seconds=0.0)
    assert [form["response_format"] for form in server.forms] == ["verbose_json", "json", "json"]


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_an_audio_api_is_not_asked_again(
    server: AudioServer, speech: OpenAISpeech, status: int
) -> None:
    server.script.append((status, "no such thing"))

    for _ in range(2):
        outcome = await speech.write_down(CLIP, b"sound")
        assert isinstance(outcome, Unreadable)
        assert "can't listen" in outcome.detail
    assert len(server.forms) == 1


@pytest.mark.parametrize("status", [413, 415, 422, 400])
async def test_a_recording_that_the_server_cannot_read_is_told(
    server: AudioServer, speech: OpenAISpeech, status: int
) -> None:
    server.script.extend([(status, {"error": {"message": "bad file"}})] * 2)

    outcome = await speech.write_down(CLIP, b"sound")
    assert isinstance(outcome, Unreadable)
    assert "can't read that recording" in outcome.detail
    # The next one may be better.
    server.script.clear()
    assert isinstance(await speech.write_down(CLIP, b"sound"), Transcript)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_a_server_in_trouble_is_tried_again_later(
    server: AudioServer, speech: OpenAISpeech, status: int
) -> None:
    server.script.append((status, {"error": {"message": "sk-secret"}}))

    with pytest.raises(GraderUnavailable) as failed:
        await speech.write_down(CLIP, b"sound")
    assert "sk-secret" not in str(failed.value)


@pytest.mark.parametrize("body", ["no json", "[]", "null", {"words": 1}, {"text": 3}])
async def test_what_is_no_transcript_is_told(
    server: AudioServer, speech: OpenAISpeech, body: object
) -> None:
    server.script.append((200, body))

    assert isinstance(await speech.write_down(CLIP, b"sound"), Unreadable)


async def test_nobody_there_is_tried_again_later() -> None:
    speech = OpenAISpeech(LlmConfig(base_url="http://127.0.0.1:9/v1", model="whisper-1"))
    with pytest.raises(GraderUnavailable):
        await speech.write_down(CLIP, b"sound")
    await speech.close()
