"""An endpoint is asked until it answers, and no more often than necessary."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from typing import Any

import pytest
from tenacity import wait_none

from recipegen.config import OpenAIModel
from recipegen.errors import RunError, UsageError
from recipegen.generators import endpoint
from recipegen.generators.endpoint import (
    Budget,
    asking_endpoint,
    request_body,
    request_key,
    share_of_budget,
)
from recipegen.generators.requests import Answer, Asked, asked
from recipegen.language.sample_grid import Planned, Prompt
from recipegen.language.sampling import Sampling
from tests.generators.serving import Handler, Misbehave, recipe_markdown, serving

SECRET = "sk-very-secret-3141592653"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_growing", wait_none())


def model_at(address: str, **settings: Any) -> OpenAIModel:
    values = {"kind": "openai", "name": "chef", "address": address, "model": "m", **settings}
    return OpenAIModel.model_validate(values)


def some(model: OpenAIModel, count: int = 8, how: Sampling = Sampling(0.7)) -> list[Asked]:  # noqa: B008
    plans = [
        Planned(how, number, Prompt(f"recipe for dish {number} |", "title", "r", f"Dish {number}"))
        for number in range(count)
    ]
    return asked(model, plans, seed=3)


def ask(
    model: OpenAIModel, samples: list[Asked], budget: int = 1000
) -> tuple[list[Answer], dict[str, Answer]]:
    kept: dict[str, Answer] = {}

    def keep(answers: Mapping[str, Answer]) -> None:
        assert not {*kept} & {*answers}
        kept.update(answers)

    asking = asking_endpoint(model, {}, keep, Budget(budget, model.name, budget), 4)
    return list(asking(samples)), kept


def once(act: Misbehave) -> Misbehave:
    """Misbehave at the third request only."""
    return lambda handler, number: number == 2 and act(handler, number)


def sends(status: int, content: object = "busy", **headers: str) -> Misbehave:
    def act(handler: Handler, _: int) -> bool:
        handler.send({"error": {"message": content}}, status, **headers)
        return True

    return act


def hangs_up(handler: Handler, _: int) -> bool:
    handler.close_connection = True
    handler.connection.close()
    return True


def cut_off(handler: Handler, _: int) -> bool:
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')
    handler.close_connection = True
    return True


def nonsense(handler: Handler, _: int) -> bool:
    handler.send_raw(b"{]", 200, "application/json")
    return True


def a_page(handler: Handler, _: int) -> bool:
    handler.send_raw(b"<html>Please log in</html>", 200, "text/html")
    return True


def no_choices(handler: Handler, _: int) -> bool:
    handler.send({"choices": []})
    return True


def slow(handler: Handler, _: int) -> bool:
    time.sleep(1.5)
    return hangs_up(handler, 0)


SOON = email.utils.formatdate(time.time() - 5, usegmt=True)


@pytest.mark.parametrize(
    "act",
    [
        sends(429),
        sends(429, retry_after="0.05"),
        sends(429, retry_after=SOON),
        sends(429, retry_after="soon"),
        sends(500),
        sends(503, "overloaded"),
        *(hangs_up, cut_off, nonsense, a_page, no_choices, slow),
    ],
)
def test_what_fails_for_a_while_is_sent_again(act: Misbehave) -> None:
    with serving(once(act)) as (address, log):
        model = model_at(address, timeout=0.7)
        samples = some(model)
        answers, kept = ask(model, samples)
    assert [answer.text for answer in answers] == [recipe_markdown(s.seed) for s in samples]
    assert len(log.bodies) == len(samples) + 1
    assert kept == {request_key(model, s): a for s, a in zip(samples, answers, strict=True)}


def test_the_server_says_how_long_to_wait() -> None:
    with serving(once(sends(429, retry_after="0.6"))) as (address, _):
        model = model_at(address)
        began = time.monotonic()
        ask(model, some(model))
    assert time.monotonic() - began >= 0.6


def test_what_fails_for_good_ends_the_run_and_what_came_is_kept() -> None:
    with serving(lambda handler, number: number > 3 and sends(500)(handler, number)) as (
        address,
        log,
    ):
        model = model_at(address, tries=3)
        kept: dict[str, Answer] = {}
        asking = asking_endpoint(model, {}, kept.update, Budget(99, "chef", 99), 1)
        with pytest.raises(RunError, match=r"HTTP 500 busy, 3 times; earlier answers are kept"):
            asking(some(model))
    assert len(kept) == 4
    assert len(log.bodies) == 7


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "check the key"), (404, "address must end with the version"), (400, "extra")],
)
def test_what_is_refused_is_not_sent_again(status: int, said: str) -> None:
    with serving(sends(status, "no such thing")) as (address, log):
        model = model_at(address)
        with pytest.raises(RunError, match=f"HTTP {status} no such thing; .*{said}"):
            ask(model, some(model))
    assert len(log.bodies) <= 4


def test_a_key_that_the_server_repeats_stands_in_no_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHEF_KEY", SECRET)
    with serving(sends(401, f"Incorrect API key provided: {SECRET}")) as (address, log):
        model = model_at(address, key_variable="CHEF_KEY")
        with pytest.raises(RunError, match=r"provided: \*\*\*") as error:
            ask(model, some(model))
    assert SECRET not in repr(error.value)
    assert log.keys == {f"Bearer {SECRET}"}


def test_a_key_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHEF_KEY", raising=False)
    model = model_at("http://127.0.0.1:9/v1", key_variable="CHEF_KEY")
    with pytest.raises(UsageError, match="CHEF_KEY, which should hold the key, is not set"):
        ask(model, some(model))


def test_an_answer_without_text_is_an_answer_after_some_tries() -> None:
    def empty(handler: Handler, _: int) -> bool:
        handler.answer("", {}, reason="content_filter")
        return True

    with serving(empty) as (address, log):
        model = model_at(address, tries=2)
        answers, _ = ask(model, some(model, 1))
    assert answers == [Answer("", finish_reason="content_filter")]
    assert len(log.bodies) == 2


def test_unicode_comes_as_it_was_sent() -> None:
    text = "Cr\u00e8me \U0001f967 \u2066bidi\u2069"

    def say(handler: Handler, _: int) -> bool:
        handler.answer(text, {})
        return True

    with serving(say) as (address, _):
        model = model_at(address)
        answers, _ = ask(model, some(model, 1))
    assert answers[0].text == text


def test_no_more_requests_than_allowed() -> None:
    with serving(sends(503)) as (address, log):
        model = model_at(address, tries=50)
        with pytest.raises(RunError, match="most_requests = 20 is used up"):
            ask(model, some(model), budget=20)
    assert 17 <= len(log.bodies) <= 20  # those under way at the end may not arrive


def test_spare_requests_are_shared_among_blocks() -> None:
    model = model_at("http://a", most_requests=1100)
    shares = [share_of_budget(model, 1000, own).left for own in (256, 256, 256, 232)]
    assert shares == [281, 281, 281, 255]
    assert sum(shares) <= 1100


def test_no_more_at_once_than_allowed() -> None:
    with serving(delay=0.02) as (address, log):
        model = model_at(address)
        ask(model, some(model, 40))
    assert log.most_at_once == 4


def test_what_is_known_is_not_asked_for() -> None:
    with serving() as (address, log):
        model = model_at(address)
        samples = some(model)
        known = {request_key(model, samples[0]): Answer("kept")}
        asking = asking_endpoint(model, known, lambda _: None, Budget(9, "chef", 9), 2)
        answers = asking(samples)
    assert answers[0].text == "kept"
    assert len(log.bodies) == 7


def test_what_the_server_tells_is_kept() -> None:
    with serving() as (address, _):
        for api in ("chat", "completions"):
            model = model_at(address, api=api, log_probabilities=True)
            (answer,), _ = ask(model, some(model, 1))
            assert (answer.prompt_tokens, answer.completion_tokens) == (7, 2)
            assert answer.log_probability == -2
            assert (answer.stopped, answer.finish_reason) == (True, "stop")
            assert answer.seconds is not None


def test_a_request_says_what_is_set_and_nothing_else() -> None:
    model = model_at("http://a/v1", extra={"max_tokens": "none", "max_completion_tokens": 90})
    (sample,) = some(model, 1, Sampling(0.7, top_k=5, top_p=0.9, min_p=0.05))
    body = request_body(model, sample)
    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": sample.prompt}],
        "seed": sample.seed,
        "temperature": 0.7,
        "top_p": 0.9,
        "top_k": 5,
        "min_p": 0.05,
        "max_completion_tokens": 90,
    }
    assert "Dish 0" in sample.prompt
    plain = model_at("http://a/v1", has_temperature=False)
    assert set(request_body(plain, some(plain, 1, Sampling(1.0))[0])) == {
        *("model", "messages", "max_tokens", "seed")
    }
