"""A port to listen on, for what is told its port before it starts."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below what Linux and macOS give to outgoing connections, which could take it meanwhile.
_PORTS = range(20_000, 32_000)


def find_port() -> int:
    """Return a port of this machine that nobody listens on."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("every port is taken")
