"""The server of a run or of deployments answers this machine, but no page of another site."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from recipegen.flows.local_server import closed_to_other_sites

OURS = "http://127.0.0.1:4200"
PROXY = "https://prefect.example"


async def answer(_: Any) -> PlainTextResponse:
    return PlainTextResponse("answered")


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("answered")
    await socket.close()


APP = closed_to_other_sites(
    Starlette(
        routes=[Route("/api", answer, methods=["GET", "POST"]), WebSocketRoute("/events", talk)]
    ),
    [OURS, PROXY],
)


def status(method: str, host: str, headers: dict[str, str]) -> int:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=APP)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.request(method, "/api", headers=headers, content=b"{}")

    return asyncio.run(ask()).status_code


def said_to_socket(origin: str) -> list[str]:
    """The types of the messages that a page of this origin gets over a WebSocket."""
    said: list[str] = []
    headers = [(b"host", b"127.0.0.1:4200"), (b"origin", origin.encode())]
    scope = {"type": "websocket", "path": "/events", "headers": headers, "subprotocols": []}

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, str]) -> None:
        said.append(message["type"])

    asyncio.run(APP(scope, receive, send))
    return said


@pytest.mark.parametrize(
    ("host", "headers", "answered"),
    [
        ("127.0.0.1:4200", {}, True),
        ("localhost:4200", {}, True),
        ("127.0.0.1:4200", {"Origin": OURS}, True),
        ("prefect.example", {"Origin": PROXY}, True),
        ("127.0.0.1:4200", {"Origin": "https://evil.example"}, False),
        ("127.0.0.1:4200", {"Origin": "null"}, False),
        ("127.0.0.1:4200", {"Origin": "http://127.0.0.1:8000"}, False),
        ("rebound.example:4200", {}, False),
        ("rebound.example:4200", {"Origin": "http://rebound.example:4200"}, False),
        ("127.0.0.1.evil.example", {}, False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_only_this_machine_and_the_pages_of_the_server_are_answered(
    method: str, host: str, headers: dict[str, str], answered: bool
) -> None:
    assert (status(method, host, headers) != 403) is answered


def test_a_socket_is_refused_to_pages_of_other_sites() -> None:
    assert said_to_socket(OURS) == ["websocket.accept", "websocket.send", "websocket.close"]
    assert said_to_socket("https://evil.example") == ["websocket.close"]
