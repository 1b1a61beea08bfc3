"""Results of other tools, written as small as they can be; none is copied from a real file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SOUP = "Pea Soup\n\nIngredients:\n- 2 cups peas\n- 1 onion\n\nDirections:\n1. Simmer."


def inspect_sample(name: str, epoch: int = 1, text: str = SOUP, **more: Any) -> dict[str, Any]:
    """A sample of a log of inspect_ai."""
    choice = {"message": {"role": "assistant", "content": text}, "stop_reason": "stop"}
    return {
        "id": name,
        "epoch": epoch,
        "input": f"Write a recipe for {name}.",
        "target": "",
        "messages": [],
        "output": {"model": "m", "choices": [choice]},
        "metadata": {"title": name},
        "events": [{"event": "model", "output": {"choices": [{"message": {"content": "no"}}]}}],
        **more,
    }


def inspect_log(
    samples: Sequence[Mapping[str, Any]],
    model: str = "house/small",
    of_model: float | None = None,
    of_plan: float | None = None,
    steps: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A log of inspect_ai."""
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "task": "recipes",
            "task_id": f"task{model[-1]}",
            "model": model,
            "model_generate_config": {} if of_model is None else {"temperature": of_model},
            "dataset": {"samples": len(samples)},
        },
        "plan": {
            "name": "plan",
            "steps": list(steps),
            "config": {} if of_plan is None else {"temperature": of_plan},
        },
        "samples": list(samples),
    }


def write_eval(path: Path, log: Mapping[str, Any], *, finished: bool = True) -> Path:
    """The log as an ``.eval`` file; a run that was killed leaves no header."""
    header = {name: value for name, value in log.items() if name != "samples"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps(header))
        for sample in log["samples"]:
            name = f"samples/{sample['id']}_epoch_{sample['epoch']}.json"
            archive.writestr(name, json.dumps(sample))
        if finished:
            archive.writestr("header.json", json.dumps(header))
    return path


def promptfoo_row(
    provider: Mapping[str, Any], title: str = "Pea Soup", output: object = SOUP, **more: Any
) -> dict[str, Any]:
    """A row of results of promptfoo."""
    asked = f"Write a recipe for {title}."
    return {
        "provider": dict(provider),
        "prompt": {"raw": asked, "label": "Write a recipe for {{title}}."},
        "vars": {"title": title},
        "response": {"output": output},
        "success": True,
        "failureReason": 0,
        "promptIdx": 0,
        "testIdx": 0,
        **more,
    }


def promptfoo_file(
    rows: Sequence[Mapping[str, Any]], providers: Sequence[object], columns: int = 0
) -> dict[str, Any]:
    """Results of promptfoo in layout 3."""
    prompts = [{"raw": "Write a recipe for {{title}}."} for _ in range(columns)]
    return {
        "evalId": "eval-1",
        "results": {"version": 3, "timestamp": "now", "prompts": prompts, "results": list(rows)},
        "config": {"providers": list(providers)},
    }


def lm_eval_line(doc_id: int, answers: Sequence[str], **more: Any) -> dict[str, Any]:
    """A line of ``samples_*.jsonl`` of lm-eval."""
    request = {"arg_0": f"Write a recipe for dish {doc_id}.", "arg_1": {"temperature": 0.7}}
    return {
        "doc_id": doc_id,
        "doc": {"title": f"dish {doc_id}"},
        "target": "",
        "arguments": {"gen_args_0": request},
        "resps": [list(answers)],
        "filtered_resps": [answers[0]],
        "filter": "none",
        **more,
    }
