"""Runs of demos that are kept."""

from __future__ import annotations

from pathlib import Path

from tutor.progress import Store
from tutor.progress.runs import MOST

PLACE = ("course", "chapter/lesson", "fit")


def test_runs_survive_a_restart_and_only_the_newest_stay(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    for at in range(MOST + 3):
        store.save_run(*PLACE, float(at), {"settings": {"lr": at / 10}})
    store.save_run("course", "chapter/lesson", "other", 0.0, {})
    store.close()
    store = Store.open(tmp_path)
    kept = store.runs(*PLACE)
    assert [at for at, _ in kept] == [float(at) for at in range(3, MOST + 3)]
    assert kept[0][1] == {"settings": {"lr": 0.3}}
    assert store.runs("course", "chapter/lesson", "other") == [(0.0, {})]
    store.remove_run(*PLACE, 3.0)
    assert len(store.runs(*PLACE)) == MOST - 1
    store.close()


def test_runs_travel_with_an_export_and_an_older_export_has_none(tmp_path: Path) -> None:
    here, there = Store.open(tmp_path / "here"), Store.open(tmp_path / "there")
    here.save_run(*PLACE, 1.0, {"figures": {"loss": 0.5}})
    exported = here.export()
    for _ in range(2):
        there.merge(exported)
    assert there.runs(*PLACE) == here.runs(*PLACE) == [(1.0, {"figures": {"loss": 0.5}})]
    there.merge({name: rows for name, rows in exported.items() if name != "runs"})
    here.reset("course", "chapter/lesson")
    assert here.runs(*PLACE) == []
    here.close()
    there.close()
