"""How many frames a terminal is given, on a link that is played through without waiting."""

from __future__ import annotations

from collections import deque

from tutor.ui.terminal.pace import LOST, PATIENCE, Pace


class Link:
    """A terminal at the end of a link: `delay` seconds there and back, so many characters a second."""

    def __init__(self, delay: float, rate: float) -> None:
        self.delay, self.rate = delay, rate
        self.free = 0.0
        """When all that was sent will have gone through."""
        self.answers: deque[float] = deque()

    def send(self, now: float, size: int) -> None:
        self.free = max(self.free, now) + size / self.rate
        self.answers.append(self.free + self.delay)


def play(link: Link, seconds: float, size: int, every: float) -> tuple[int, float]:
    """Frames sent, and the longest time that one took to arrive, where one is wanted `every` so many seconds."""
    pace, now, sent, worst, wanted = Pace(), 0.0, 0, 0.0, 0.0
    while now < seconds:
        while link.answers and link.answers[0] <= now:
            pace.answered(link.answers.popleft())
        if now >= wanted and pace.open(now, 0):
            asks = pace.asks
            if asks:
                pace.sent(now, size)
                link.send(now, size)
            sent += 1
            worst = max(worst, link.free - now) if sent > 10 else worst
            wanted = now + every
        now += 0.001
    return sent, worst


def test_a_quick_terminal_gets_every_frame() -> None:
    sent, _ = play(Link(0.0005, 10_000_000), 10, 1500, 0.05)
    assert sent >= 195


def test_a_distant_one_gets_nearly_every_frame() -> None:
    sent, worst = play(Link(0.2, 1_000_000), 10, 700, 0.05)
    assert sent >= 180
    assert worst < 0.1


def test_a_slow_one_gets_as_many_as_it_takes_in_and_keys_are_not_kept_waiting() -> None:
    sent, worst = play(Link(0.1, 9_600), 10, 1500, 0.05)
    assert 30 <= sent <= 70  # 6.4 a second fit through
    assert worst < PATIENCE + 2 * 1500 / 9_600


def test_one_that_never_answers_is_asked_once_and_given_what_is_written_away() -> None:
    pace = Pace()
    assert pace.open(0.0, 0) and pace.asks
    pace.sent(0.0, 1000)
    assert not pace.asks
    assert pace.open(0.1, 0)
    assert not pace.open(0.2, 500)
    assert pace.open(LOST + 1, 0) and not pace.asks


def test_answers_that_stop_do_not_stop_the_frames() -> None:
    pace = Pace()
    pace.sent(0.0, 100)
    pace.answered(0.01)
    pace.sent(1.0, 100)
    assert pace.open(1.05, 0)
    assert not pace.open(2.0, 0)
    assert pace.open(1.0 + LOST + 0.1, 0)


def test_an_answer_that_nobody_asked_for_counts_for_nothing() -> None:
    pace = Pace()
    pace.answered(1.0)
    assert pace.asks and pace.open(1.0, 0)
