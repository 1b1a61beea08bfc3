"""The process of a Prefect server of our own. It stops only after it has recorded all it was told.

A run starts such a server for itself, with only the API. The server for deployments also has all
services, the UI and the folder of reports.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

HOST = "127.0.0.1"

NAMES = (HOST, "localhost")
"""Names of this machine in requests that are allowed."""

RECORD_LIMIT = 30.0
"""Most seconds that a server of our own may take to record what it has been told."""

CLOSE_LIMIT = 3
"""Seconds to wait for connections of pages that are still open in a browser."""

REPORTS = "/reports"
"""The path at which the folder of reports is served."""


class _Server(uvicorn.Server):
    """Announces its port when it is ready, and stops when it has recorded all it was told."""

    complete = False

    def __init__(self, config: uvicorn.Config, parent: int) -> None:
        super().__init__(config)
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            os.write(self._parent, f"{port}\n".encode())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        limit = time.monotonic() + RECORD_LIMIT
        while not (self.complete or time.monotonic() > limit):
            await asyncio.sleep(0.05)
            # A page that is open in a browser is a task that does not end by itself.
            waiting = self.server_state.tasks and not self.config.timeout_graceful_shutdown
            self.complete = not waiting and _nothing_is_queued()
        await super().shutdown(sockets)


def _nothing_is_queued() -> bool:
    """Whether every service of a Prefect server has taken all events that were sent to it.

    When a service is stopped, it still writes the events that it has taken. Events that still wait
    in its queue are lost.
    """
    from prefect.server.utilities.messaging.memory import METRICS

    return all(count["published"] == count["consumed"] for count in METRICS.values())


def closed_to_other_sites(app: Any, origins: Collection[str]) -> Any:
    """An ASGI application that refuses requests from pages of other sites.

    Prefect's API has no authentication and answers pages of any origin. So any page that is open in
    a browser on this machine could start runs. A browser sends the site of the page (Origin) and
    the name that it talks to (Host). After DNS rebinding, the Host is not one of our names.

    Args:
        app: the application to guard.
        origins: origins of the pages that may send requests.
    """
    names = {*NAMES, *(urlsplit(origin).hostname for origin in origins)}

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope.get("headers", ()))
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = urlsplit(f"//{headers.get(b'host', b'').decode('latin-1')}").hostname
        if scope["type"] == "lifespan" or (host in names and (not origin or origin in origins)):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not for pages of other sites\n"})

    return serve


def _origins_told() -> list[str]:
    """The origins that the user allows, such as that of a proxy. Prefect's default is any."""
    from prefect.settings import get_current_settings

    told = get_current_settings().server.api.cors_allowed_origins
    return [origin.strip() for origin in told.split(",") if origin.strip() not in ("", "*")]


def with_reports(app: Any, folder: Path, port: int) -> Any:
    """An ASGI application that serves a folder of reports besides Prefect's API and UI.

    A Content Security Policy lets its pages talk to this server only. Without it, the UI calls a
    host that counts visitors, even if the server's own analytics are off.
    """
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    folder.mkdir(parents=True, exist_ok=True)
    reports = Starlette(routes=[Mount(REPORTS, StaticFiles(directory=folder, html=True))])
    ours = " ".join(f"{scheme}://{name}:{port}" for scheme in ("http", "ws") for name in NAMES)
    policy = (
        f"default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' {ours}"
    ).encode()

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        async def with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"content-security-policy", policy)]
                message = {**message, "headers": headers}
            await send(message)

        asked = scope.get("path", "").startswith(f"{REPORTS}/")
        await (reports if asked else app)(scope, receive, with_policy)

    return serve


def serve(port: int = 0, reports: Path | None = None) -> int:
    """Serve the Prefect API until standard input ends; returns 0 if everything has been recorded.

    The port is written to standard output. Whatever is printed later goes to standard error.

    Args:
        port: the port to listen on; 0 for a free one.
        reports: the folder of reports. If given, the UI and the folder are served besides the API,
            and a port is needed.
    """
    from prefect.server.api.server import create_app

    parent = os.dup(1)
    os.dup2(2, 1)
    app: Any = create_app(ephemeral=reports is None, final=True)
    origins = _origins_told()
    if reports is not None:
        app = with_reports(app, reports, port)
        origins += [f"http://{name}:{port}" for name in NAMES]
    config = uvicorn.Config(
        closed_to_other_sites(app, origins),
        HOST,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=None if reports is None else CLOSE_LIMIT,
    )
    server = _Server(config, parent)

    def stop_with_parent() -> None:
        os.read(0, 1)
        server.should_exit = True

    threading.Thread(target=stop_with_parent, daemon=True).start()
    server.run()
    return 0 if server.complete else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=serve.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--reports", type=Path)
    sys.exit(serve(**vars(parser.parse_args())))
