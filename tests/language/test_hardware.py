"""The network runs on the device that is asked for, and a GPU multiplies exactly."""

import pytest
import torch

from recipegen.config import Execution
from recipegen.errors import UsageError
from recipegen.language.hardware import choose_device, reduced_type, with_tf32

GPU = torch.device("cuda")


def set_gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)


def float32_products() -> set[str]:
    return {
        torch.backends.cuda.matmul.fp32_precision,
        torch.backends.cudnn.rnn.fp32_precision,  # type: ignore[attr-defined]
        torch.backends.cudnn.conv.fp32_precision,  # type: ignore[attr-defined]
    }


def test_a_gpu_is_used_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    set_gpus(monkeypatch, 0)
    assert choose_device(Execution()) == torch.device("cpu")
    with pytest.raises(UsageError, match="no GPU is found"):
        choose_device(Execution(device="cuda"))
    set_gpus(monkeypatch, 1)
    assert choose_device(Execution()) == torch.device("cuda", 0)
    assert choose_device(Execution(device="cpu")) == torch.device("cpu")


def test_each_process_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    set_gpus(monkeypatch, 2)
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert choose_device(Execution()) == torch.device("cuda", 1)
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(UsageError, match=r"than it has GPUs \(2\)"):
        choose_device(Execution())


def test_products_are_exact_except_where_tf32_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_gpus(monkeypatch, 1)
    choose_device(Execution())
    assert float32_products() == {"ieee"}
    with with_tf32(torch.device("cpu")), with_tf32(GPU, wanted=False):
        assert float32_products() == {"ieee"}
    with pytest.raises(ZeroDivisionError), with_tf32(GPU):
        assert float32_products() == {"tf32"}
        raise ZeroDivisionError
    assert float32_products() == {"ieee"}


def test_a_gpu_without_bfloat16_uses_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    for native, wanted in ((True, torch.bfloat16), (False, torch.float16)):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda native=native, **_: native)
        assert reduced_type(GPU) == wanted
        assert reduced_type(torch.device("cpu")) == torch.bfloat16
