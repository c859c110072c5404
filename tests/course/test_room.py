"""Who is let in, and when."""

from __future__ import annotations

import asyncio

from tutor.course.room import Load, Room


class Jobs:
    """Jobs in a room, each of which ends when it is told to."""

    def __init__(self, cores: int) -> None:
        self.room = Room(cores)
        self.inside: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, *names: str) -> None:
        for name in names:
            self.ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._job(name))
        await self._settle()

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self._settle()

    async def _job(self, name: str) -> None:
        load: Load = {"l": "long", "s": "short", "i": "idle"}[name[0]]  # type: ignore[assignment]
        async with self.room.place(load):
            self.inside.append(name)
            await self.ends[name].wait()
        self.inside.remove(name)

    async def _settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for end in self.ends.values():
            end.set()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


async def test_as_many_as_there_are_cores_in_their_order() -> None:
    jobs = Jobs(2)
    await jobs.begin("s1", "s2", "s3", "s4")
    assert jobs.inside == ["s1", "s2"]
    await jobs.end("s1")
    assert jobs.inside == ["s2", "s3"]
    await jobs.close()


async def test_a_long_job_goes_before_short_ones_and_leaves_half_of_the_room() -> None:
    jobs = Jobs(2)
    await jobs.begin("s1", "s2", "s3", "s4", "l1", "l2")
    await jobs.end("s1")
    assert jobs.inside == ["s2", "l1"]
    await jobs.end("s2")
    assert jobs.inside == ["l1", "s3"]
    await jobs.end("l1")
    assert jobs.inside == ["s3", "l2"]
    await jobs.close()


async def test_long_jobs_take_all_of_it_where_no_short_one_waits() -> None:
    jobs = Jobs(2)
    await jobs.begin("l1", "l2", "s1")
    assert jobs.inside == ["l1", "l2"]
    await jobs.end("l2")
    assert jobs.inside == ["l1", "s1"]
    await jobs.close()


async def test_idle_jobs_take_no_places() -> None:
    jobs = Jobs(1)
    await jobs.begin("i1", "i2", "i3", "s1")
    assert jobs.inside == ["i1", "i2", "s1"]
    await jobs.close()


async def test_who_is_cancelled_takes_no_place_and_gives_his_back() -> None:
    jobs = Jobs(1)
    await jobs.begin("s1", "s2", "s3")
    jobs.tasks["s2"].cancel()
    await jobs.end("s1")
    assert jobs.inside == ["s3"]
    jobs.tasks["s3"].cancel()
    await jobs.begin("l1")
    assert "l1" in jobs.inside
    await jobs.close()
