"""A small server with the OpenAI API that misbehaves when a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.composed import compose_recipes

RECIPES = compose_recipes(60, seed=12)

Misbehave = Callable[["Handler", int], bool]
"""Gets the handler and the number of the request, from 0. True if it has answered by itself."""


def recipe_markdown(seed: int) -> str:
    """A recipe as a chat model writes it."""
    recipe: dict[str, Any] = RECIPES[seed % len(RECIPES)]  # type: ignore[assignment]
    lines = "\n".join(f"- {line}" for line in recipe["ingredients"])
    steps = "\n".join(f"{at}. {step}" for at, step in enumerate(recipe["directions"], start=1))
    return f"**{recipe['title']}**\n\n## Ingredients\n{lines}\n\n## Directions\n{steps}\n"


@dataclass
class Log:
    """The requests that came to the server."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    """Every request."""
    finished: list[str] = field(default_factory=list)
    """The requests, as JSON, whose answer was sent completely."""
    keys: set[str] = field(default_factory=set)
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Handler(BaseHTTPRequestHandler):
    """Answers with a recipe that depends on the seed of the request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    log: Log
    delay = 0.0
    misbehave: Misbehave | None = None

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.log.lock:
            number = len(self.log.bodies)
            self.log.bodies.append(body)
            self.log.keys.add(self.headers.get("authorization", ""))
            self.log.at_once += 1
            self.log.most_at_once = max(self.log.most_at_once, self.log.at_once)
        try:
            time.sleep(self.delay)
            if self.misbehave is None or not self.misbehave(self, number):
                self.answer(recipe_markdown(body["seed"]), body)
                with self.log.lock:
                    self.log.finished.append(json.dumps(body, sort_keys=True))
        finally:
            with self.log.lock:
                self.log.at_once -= 1

    def answer(self, text: str, body: dict[str, Any], reason: str = "stop") -> None:
        is_chat = self.path.endswith("/chat/completions")
        choice = {"message": {"role": "assistant", "content": text}} if is_chat else {"text": text}
        told = {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]}
        if body.get("logprobs"):
            choice["logprobs"] = told if is_chat else {"token_logprobs": [-0.5, -1.5]}
        self.send(
            {
                "choices": [{"index": 0, "finish_reason": reason, **choice}],
                "usage": {"prompt_tokens": 7, "completion_tokens": 2},
            }
        )

    def send(self, content: object, status: int = 200, **headers: str) -> None:
        self.send_raw(json.dumps(content).encode(), status, "application/json", **headers)

    def send_raw(self, content: bytes, status: int, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:  # a client that was killed
        pass


@contextmanager
def serving(misbehave: Misbehave | None = None, delay: float = 0.0) -> Iterator[tuple[str, Log]]:
    """The address of a server, and its log."""
    log = Log()
    facts = {"log": log, "delay": delay, "misbehave": misbehave and staticmethod(misbehave)}
    server = Server(("127.0.0.1", 0), type("Own", (Handler,), facts))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", log
    finally:
        server.shutdown()
        server.server_close()
