"""Log lines and progress with a terminal and without one."""

import logging

import pytest

from recipegen import console
from recipegen.console import log_to_terminal, print_table, showing_progress


@pytest.fixture(autouse=True)
def as_it_was() -> object:
    library = logging.getLogger("recipegen")
    before = (library.handlers, library.level, library.propagate)
    yield
    library.handlers, library.level, library.propagate = before


def test_lines_have_the_time_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_terminal()
    logging.getLogger("recipegen.stages").info("ingest: 3 recipes")
    logging.getLogger("recipegen.stages").debug("not shown")
    (line,) = capsys.readouterr().err.splitlines()
    assert line[2] == line[5] == ":"
    assert line[8:] == "  ingest: 3 recipes"


def test_without_a_terminal_progress_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_to_terminal()
    seconds = iter([0.0, 1.0, 20.0, 20.0, 21.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(seconds))
    with showing_progress("train") as progress:
        for share in (0.1, 0.5, 0.6):
            progress(share, "epoch 1")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("train: 50 % done; epoch 1")


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("next word", "probability"), [("oil [bold]", "12.50%"), ("|", "1.00%")])
    assert capsys.readouterr().out.splitlines() == [
        "next word   probability",
        "oil [bold]       12.50%",
        "|                 1.00%",
    ]
