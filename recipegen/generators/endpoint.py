"""A model behind an endpoint that speaks the OpenAI API: vLLM, llama.cpp, Ollama, OpenAI itself.

A request that fails for the moment is sent again, after a growing pause or when the server says
(``Retry-After``). A request that is refused for good ends the run, with the server's own words. The
key is read from the environment for each block and appears in no message.
"""

from __future__ import annotations

import asyncio
import email.utils
import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from recipegen.config import OpenAIModel
from recipegen.errors import RunError, UsageError
from recipegen.generators.requests import Answer, Ask, Asked

TRY_AGAIN = frozenset({408, 409, 425, 429, *range(500, 600)})
"""HTTP status codes after which the same request may succeed later."""

NO_FIELD = "none"
"""The value in ``extra`` that removes a field from requests, since TOML has no null."""

LONGEST_WAIT = 60.0
"""Longest pause between two tries, in seconds, if the server does not ask for a longer one."""
LONGEST_ASKED_WAIT = 600.0
"""Longest pause, in seconds, that a server may ask for."""
KEPT_TOGETHER = 16
"""Answers that are stored at once. After a kill, at most this many are asked for again, besides
those that were under way."""

Keep = Callable[[Mapping[str, Answer]], None]
"""Stores answers by the keys of their requests."""


class Again(Exception):
    """A failed request that may succeed the next time."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait
        """Seconds that the server asks to wait, or None if it does not say."""


class Empty(Again):
    """A complete answer that has no text."""

    def __init__(self, finish_reason: str | None) -> None:
        super().__init__("the answer has no text")
        self.finish_reason = finish_reason


@dataclass
class Budget:
    """How many requests may still be sent."""

    left: int
    name: str
    bound: int

    def spend(self) -> None:
        """Count a request.

        Raises:
            RunError: no request is left.
        """
        if self.left <= 0:
            raise RunError(
                f"{self.name}: its share of most_requests = {self.bound:,} is used up, because "
                "requests had to be sent again; raise most_requests and repeat the command to go on"
            )
        self.left -= 1


def key_of(model: OpenAIModel) -> str | None:
    """The key from the environment, or None if the endpoint needs no key.

    Raises:
        UsageError: the environment variable is not set.
    """
    if model.key_variable is None:
        return None
    key = os.environ.get(model.key_variable, "").strip()
    if not key:
        raise UsageError(
            f"generate.models, {model.name}: the environment variable {model.key_variable}, "
            "which should hold the key, is not set"
        )
    return key


def share_of_budget(model: OpenAIModel, total: int, own: int) -> Budget:
    """The requests that a block may send: one for each of its samples, and its share of retries.

    Blocks are done at the same time, perhaps on several machines, so each has its own share.
    """
    spare = max(0, model.most_requests - total) * own // max(1, total)
    return Budget(own + spare, model.name, model.most_requests)


def request_body(model: OpenAIModel, sample: Asked) -> dict[str, Any]:
    """The request for a sample, as JSON values."""
    how = sample.plan.how
    body: dict[str, Any] = {"model": model.model}
    if model.api == "chat":
        system = [{"role": "system", "content": model.system}] if model.system else []
        body["messages"] = [*system, {"role": "user", "content": sample.prompt}]
    else:
        body["prompt"] = sample.prompt
    body |= {"max_tokens": model.max_tokens, "seed": sample.seed}
    if model.has_temperature:
        body["temperature"] = how.temperature
    # Cut-offs are sent only if they cut anything, since not every server knows all of them.
    cuts = {
        "top_p": how.top_p if how.top_p < 1 else None,
        "top_k": how.top_k or None,
        "min_p": how.min_p or None,
    }
    body |= {name: value for name, value in cuts.items() if value is not None}
    if model.log_probabilities:
        body["logprobs"] = True if model.api == "chat" else 1
    body |= model.extra
    return {name: value for name, value in body.items() if value not in (None, NO_FIELD)}


def request_key(model: OpenAIModel, sample: Asked) -> str:
    """The key that identifies a request: a hash of its address and its content."""
    facts = [model.address, model.api, request_body(model, sample)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def asking_endpoint(
    model: OpenAIModel, known: Mapping[str, Answer], keep: Keep, budget: Budget, at_once: int
) -> Ask:
    """A generator behind an endpoint.

    Args:
        model: its settings.
        known: answers that were stored before, by the keys of their requests.
        keep: function that stores answers as they arrive.
        budget: how many requests may be sent.
        at_once: largest number of requests under way at the same time.
    """
    return partial(_ask, model, known, keep, budget, at_once)


def _ask(
    model: OpenAIModel,
    known: Mapping[str, Answer],
    keep: Keep,
    budget: Budget,
    at_once: int,
    samples: Sequence[Asked],
) -> list[Answer]:
    wanted = {request_key(model, each): each for each in samples}
    missing = {key: each for key, each in wanted.items() if key not in known}
    found = dict(known)
    if missing:
        # The key is read before the first request, so that a missing key is reported at once.
        found |= asyncio.run(_ask_all(model, key_of(model), missing, keep, budget, at_once))
    return [found[request_key(model, each)] for each in samples]


async def _ask_all(
    model: OpenAIModel,
    key: str | None,
    wanted: Mapping[str, Asked],
    keep: Keep,
    budget: Budget,
    at_once: int,
) -> dict[str, Answer]:
    """All answers. If a request fails, the answers that have arrived are still stored."""
    found: dict[str, Answer] = {}
    unkept: dict[str, Answer] = {}
    waiting = list(wanted.items())[::-1]

    async def work(client: httpx.AsyncClient) -> None:
        while waiting:
            name, sample = waiting.pop()
            unkept[name] = found[name] = await _ask_one(client, model, sample, budget)
            if len(unkept) >= KEPT_TOGETHER:
                _hand_over(unkept, keep)

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    # An endpoint on this machine is not reached through a proxy.
    is_here = urlsplit(model.address).hostname in ("localhost", "127.0.0.1", "::1")
    try:
        async with (
            httpx.AsyncClient(
                headers=headers, limits=limits, timeout=model.timeout, trust_env=not is_here
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(min(at_once, len(waiting))):
                group.create_task(work(client))
    except* RunError as errors:
        said = str(errors.exceptions[0])
        raise RunError(said.replace(key, "***") if key else said) from None
    finally:
        _hand_over(unkept, keep)
    return found


def _hand_over(unkept: dict[str, Answer], keep: Keep) -> None:
    if unkept:
        keep(dict(unkept))
        unkept.clear()


async def _ask_one(
    client: httpx.AsyncClient, model: OpenAIModel, sample: Asked, budget: Budget
) -> Answer:
    """The answer to one request, which is sent again if it fails for the moment."""
    body = request_body(model, sample)
    path = "chat/completions" if model.api == "chat" else "completions"
    address = f"{model.address.rstrip('/')}/{path}"
    try:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(model.tries),
            wait=_pause,
            retry=retry_if_exception_type(Again),
            reraise=True,
        ):
            with attempt:
                budget.spend()
                return await _send(client, model, address, body)
    except Empty as empty:
        return Answer("", stopped=None, finish_reason=empty.finish_reason)
    except Again as problem:
        raise RunError(
            f"{model.name}: {address}: {problem}, {model.tries} times; earlier answers are kept; "
            "repeat the command to go on from there"
        ) from None
    raise AssertionError("a request is answered or fails")


_growing = wait_exponential_jitter(multiplier=0.5, max=LONGEST_WAIT, jitter=0.5)


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try: what the server asks for, or about twice the last pause."""
    problem = state.outcome.exception() if state.outcome else None
    if isinstance(problem, Again) and problem.wait is not None:
        return min(problem.wait, LONGEST_ASKED_WAIT)
    return _growing(state)


async def _send(
    client: httpx.AsyncClient, model: OpenAIModel, address: str, body: dict[str, Any]
) -> Answer:
    began = time.monotonic()
    try:
        response = await client.post(address, json=body)
    except httpx.InvalidURL as error:
        raise RunError(f"{model.name}: {address}: {error}") from error
    except httpx.TransportError as error:
        raise Again(f"{type(error).__name__} {error}".strip()) from error
    if response.status_code in TRY_AGAIN:
        raise Again(f"HTTP {response.status_code} {_said(response)}", _asked_wait(response.headers))
    if response.status_code >= 300:
        advice = _ADVICE.get(response.status_code, "")
        raise RunError(
            f"{model.name}: {address}: HTTP {response.status_code} {_said(response)}{advice}"
        )
    try:
        content = response.json()
    except ValueError as error:
        raise Again(f"the answer is not JSON: {_said(response)}") from error
    return _answer(model, content, time.monotonic() - began)


_ADVICE = {
    401: "; check the key in the environment variable that key_variable names",
    403: "; check that the key may use the model",
    404: "; the address must end with the version, such as /v1, and the server must know the model",
    400: "; to remove a field that the server does not know, set it to none in extra",
}


def _said(response: httpx.Response) -> str:
    """The error message of a server, cut to 300 characters."""
    try:
        content = response.json()
        error = content.get("error", content) if isinstance(content, dict) else content
        said = error.get("message", error) if isinstance(error, dict) else error
    except ValueError:
        said = response.text
    return " ".join(str(said).split())[:300]


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the header ``Retry-After`` asks for, or None without a usable one.

    Its value is a number of seconds or a date (RFC 9110, 10.2.3).
    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _answer(model: OpenAIModel, content: Any, seconds: float) -> Answer:
    """The answer in the JSON value that a server sent.

    Raises:
        Again: the value does not have the form of the API, or has no text.
    """
    choices = content.get("choices") if isinstance(content, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise Again("the answer has no choices")
    choice = choices[0]
    message = choice.get("message") if model.api == "chat" else {"content": choice.get("text")}
    if not isinstance(message, dict):
        raise Again("the answer has no message")
    reason = choice.get("finish_reason")
    reason = reason if isinstance(reason, str) else None
    text = _text(message.get("content"))
    if not text.strip():
        raise Empty(reason)
    usage = content.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Answer(
        text,
        stopped=None if reason is None else reason != "length",
        finish_reason=reason,
        prompt_tokens=_count(counts.get("prompt_tokens")),
        completion_tokens=_count(counts.get("completion_tokens")),
        seconds=round(seconds, 4),
        log_probability=_log_probability(choice.get("logprobs")),
    )


def _text(content: Any) -> str:
    """The text of a message, whose content is a text or a list of parts with texts.

    Lone surrogates become question marks.
    """
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    text = content if isinstance(content, str) else ""
    return text.encode("utf-8", "replace").decode()


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _log_probability(told: Any) -> float | None:
    """Log-probability of all tokens of an answer, in nats, or None if the server gives none."""
    if not isinstance(told, dict):
        return None
    rows = told.get("content")
    if isinstance(rows, list):
        values = [row.get("logprob") for row in rows if isinstance(row, dict)]
    else:
        values = told.get("token_logprobs") or []
    known = [value for value in values if isinstance(value, int | float)]
    return float(sum(known)) if known else None
