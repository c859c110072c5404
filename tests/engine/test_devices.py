"""Which device is chosen, and what is found on this machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch

from tutor.engine import devices
from tutor.engine.run import Run
from tutor.engine.work import _on_a_device_with_room
from tutor.protocol import Device, Message, Note, Points

needs_gpu = pytest.mark.skipif(not torch.accelerator.is_available(), reason="there is no accelerator on this machine")


def device(name: str, free_mb: int = 1000) -> dict[str, Any]:
    return {"name": name, "title": name, "memory_mb": 2000, "free_mb": free_mb}


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How busy each GPU is said to be, in percent."""
    busy: dict[str, int] = {}
    monkeypatch.setattr(devices, "_gpu_use", lambda: busy)
    return busy


class TestLeastBusy:
    def test_without_an_accelerator_it_is_the_cpu(self, use: dict[str, int]) -> None:
        assert devices.least_busy([device("cpu", 10**6)]) == "cpu"

    def test_any_accelerator_is_better_than_the_cpu(self, use: dict[str, int]) -> None:
        assert devices.least_busy([device("cpu", 10**6), device("mps", 0)]) == "mps"

    def test_a_gpu_that_is_used_less_wins_over_more_memory(self, use: dict[str, int]) -> None:
        use.update({"cuda:0": 95, "cuda:1": 3})
        assert devices.least_busy([device("cuda:0", 9000), device("cuda:1", 10), device("cpu")]) == "cuda:1"

    def test_of_equally_busy_ones_the_most_free_memory_wins(self, use: dict[str, int]) -> None:
        use.update({"cuda:0": 5, "cuda:1": 19})
        assert devices.least_busy([device("cuda:0", 10), device("cuda:1", 9000), device("cpu")]) == "cuda:1"

    def test_where_nothing_is_known_of_their_use_memory_decides(self, use: dict[str, int]) -> None:
        assert devices.least_busy([device("cuda:0", 10), device("cuda:1", 20)]) == "cuda:1"


class TestUse:
    @pytest.fixture(autouse=True)
    def all_visible(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def answer(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        answered = subprocess.CompletedProcess([], 0, text)
        monkeypatch.setattr(devices.subprocess, "run", lambda *_, **__: answered)

    def test_what_nvidia_smi_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer(monkeypatch, "0, 17\n1, 0\n")
        assert devices._gpu_use() == {"cuda:0": 17, "cuda:1": 0}

    @pytest.mark.parametrize("text", ["", "0, [N/A]\n", "No devices were found\n"])
    def test_what_it_cannot_say_is_not_guessed(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        self.answer(monkeypatch, text)
        assert devices._gpu_use() == {}

    def test_without_the_program_nothing_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")
        assert devices._gpu_use() == {}

    def test_where_some_are_hidden_the_numbers_do_not_match(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer(monkeypatch, "0, 17\n")
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
        assert devices._gpu_use() == {}


class TestProbe:
    def test_the_cpu_is_always_there_and_last(self) -> None:
        found = devices.probe()
        cpu = Device(**found["devices"][-1])
        assert cpu.name == "cpu" and "core" in cpu.title
        assert cpu.memory_mb > 100 and 0 < cpu.free_mb <= cpu.memory_mb

    def test_the_chosen_one_is_among_them(self) -> None:
        found = devices.probe()
        assert found["device"] in [each["name"] for each in found["devices"]]

    def test_an_accelerator_that_computes_wrongly_is_left_out_and_said_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(devices, "_accelerators", lambda notes: [torch.device("meta")])
        found = devices.probe()
        assert found["device"] == "cpu" and len(found["devices"]) == 1
        assert found["notes"] and found["notes"][0].startswith("meta is there but does not work: ")

    def test_a_working_one_comes_before_the_cpu(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(devices, "_accelerators", lambda notes: [torch.device("cpu", 0)])
        assert [each["name"] for each in devices.probe()["devices"]] == ["cpu:0", "cpu"]

    @pytest.mark.gpu
    @needs_gpu
    def test_the_accelerator_is_found_with_its_name_and_memory(self) -> None:
        found = [Device(**each) for each in devices.probe()["devices"]]
        kind = torch.accelerator.current_accelerator()
        assert kind is not None
        assert found[0].name.startswith(kind.type)
        assert found[0].title and (kind.type == "mps" or found[0].memory_mb > 0)


def test_there_is_at_least_one_core() -> None:
    assert devices.cores() >= 1


class TestTaking:
    """In processes of their own: what is taken cannot be given back."""

    def seen(self, device: str, then: str) -> str:
        code = f"import os, torch\nfrom tutor.engine import devices\nproblem = devices.take({device!r})\n{then}"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    def test_a_job_on_the_cpu_finds_no_gpu(self) -> None:
        then = "print(repr(problem), torch.cuda.is_available(), repr(os.environ['CUDA_VISIBLE_DEVICES']))"
        assert self.seen("cpu", then) == "'' False ''"

    def test_what_cannot_be_taken_is_said(self) -> None:
        assert self.seen("cuda:99", "print(bool(problem), '\\n' in problem)") == "True False"

    def test_another_gpu_than_the_first_is_what_cuda_means(self) -> None:
        then = "print(repr(problem), chosen)"
        fake = (
            "import torch; chosen = []; zeros = torch.zeros; torch.zeros = lambda *a, device: zeros(*a)\n"
            "torch.cuda.set_device = chosen.append"
        )
        code = f"{fake}\nfrom tutor.engine import devices\nproblem = devices.take('cuda:1')\n{then}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "'' [device(type='cuda', index=1)]"


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."), False),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (MemoryError(), False),
    ],
)
def test_a_full_accelerator_is_told_from_other_errors(error: BaseException, full: bool) -> None:
    assert devices.is_out_of_memory(error) == full


class TestFallingBack:
    """A demo on a device whose memory is full; the device "meta" stands for an accelerator."""

    def run(self, demo: Callable[[Run], None]) -> tuple[Run, list[Message]]:
        sent: list[Message] = []
        run = Run(1, "meta", lambda *messages: sent.extend(messages))
        _on_a_device_with_room(run, lambda: demo(run))
        return run, sent

    def test_it_begins_again_on_the_cpu_and_says_so(self) -> None:
        seen = []

        def demo(run: Run) -> None:
            for _ in run.steps(1):
                run.log(loss=1.0)
                seen.append(run.device.type)
                if run.device.type == "meta":
                    raise torch.OutOfMemoryError("CUDA out of memory.")

        run, sent = self.run(demo)
        run.flush()
        assert seen == ["meta", "cpu"]
        notes = [each for each in sent if isinstance(each, Note)]
        assert [(note.topic, note.text) for note in notes] == [
            ("device", "The memory of meta is full, so this runs on the CPU; other programs may use it.")
        ]
        assert [each.y for each in sent if isinstance(each, Points)] == [(1.0,)], "what the first try logged is gone"

    def test_what_was_shown_already_is_not_shown_twice(self) -> None:
        def demo(run: Run) -> None:
            run.bars("b", {"a": 1})
            raise torch.OutOfMemoryError("CUDA out of memory.")

        with pytest.raises(torch.OutOfMemoryError):
            self.run(demo)

    def test_other_errors_are_the_demos_own(self) -> None:
        def demo(run: Run) -> None:
            raise RuntimeError("no")

        with pytest.raises(RuntimeError, match="no"):
            self.run(demo)
