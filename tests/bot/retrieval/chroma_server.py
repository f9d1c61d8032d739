"""A real Chroma server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

from tests.wire.port import find_port


@contextmanager
def run_chroma(folder: Path) -> Iterator[str]:
    """Run ``chroma run`` on a free port until it answers; yield its address."""
    port = find_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--path", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(url)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_it_answers(url: str, seconds: float = 30) -> None:
    answered, given_up = Event(), Event()

    def ask() -> None:
        while not given_up.wait(0.05):
            try:
                if httpx.get(f"{url}/api/v2/heartbeat", timeout=1).is_success:
                    answered.set()
                    return
            except httpx.HTTPError:
                continue

    asking = Thread(target=ask)
    asking.start()
    came = answered.wait(seconds)
    given_up.set()
    asking.join()
    assert came, "the Chroma server did not start"
