"""Which device is chosen, and what is found on this machine."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import torch

from tutor.engine import devices
from tutor.protocol import Device

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
