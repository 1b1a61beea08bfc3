"""The process of a Prefect server of our own: it stops when it has recorded what it was told."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time

import uvicorn

HOST = "127.0.0.1"

RECORD_LIMIT = 30.0
"""Seconds that a server of our own may take to record what it has been told."""


class _Server(uvicorn.Server):
    """Tells its port when it is ready, and stops when it has recorded what it was told."""

    complete = False

    def __init__(self, config: uvicorn.Config, parent: int) -> None:
        super().__init__(config)
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        os.write(self._parent, f"{port}\n".encode())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        limit = time.monotonic() + RECORD_LIMIT
        while not (self.complete or time.monotonic() > limit):
            await asyncio.sleep(0.05)
            self.complete = not self.server_state.tasks and _nothing_is_queued()
        await super().shutdown(sockets)


def _nothing_is_queued() -> bool:
    """Whether every service of a Prefect server has taken every event that it was sent.

    What a service has taken and not yet written it writes when it is stopped; what still waits in
    front of it is lost then.
    """
    from prefect.server.utilities.messaging.memory import METRICS

    return all(count["published"] == count["consumed"] for count in METRICS.values())


def serve() -> int:
    """Serve the Prefect API until standard input ends; 0 where everything has been recorded.

    The port is written to standard output; whatever is printed later goes to standard error.
    """
    from prefect.server.api.server import create_app

    parent = os.dup(1)
    os.dup2(2, 1)
    app = create_app(ephemeral=True, final=True)
    server = _Server(
        uvicorn.Config(app, HOST, port=0, lifespan="on", log_config=None, access_log=False), parent
    )

    def stop_with_parent() -> None:
        os.read(0, 1)
        server.should_exit = True

    threading.Thread(target=stop_with_parent, daemon=True).start()
    server.run()
    return 0 if server.complete else 1


if __name__ == "__main__":
    sys.exit(serve())
