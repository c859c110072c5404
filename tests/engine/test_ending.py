"""The end of a job in words: exactly one last message, and one verdict for a check, however the process ended."""

from __future__ import annotations

import signal

import pytest

from tutor import protocol
from tutor.engine.ending import End, explain, line_of, stopped
from tutor.engine.orders import CHANNEL_LOST, ENGINE_FAULT
from tutor.engine.warden import Report
from tutor.protocol import (
    CheckAnswer,
    CheckPrediction,
    CheckTuning,
    Crashed,
    Finished,
    Message,
    Note,
    Printed,
    RunCode,
    RunDemo,
    Started,
    Stopped,
    Verdict,
)

CHECK = CheckAnswer(1, "/c", "a/b", "x", "")
CHECKS = [CHECK, CheckPrediction(1, "/c", "a/b", "3", "3"), CheckTuning(1, "/c", "a/b", "x", "d", {}, (1,))]
RUNS = [RunDemo(1, "/c", "a/b", "d", {}), RunCode(1, "/c", "a/b", "")]
ENDS = {
    "time": Report(reason="time", limit=5),
    "memory": Report(reason="memory", limit=2048),
    "processes": Report(reason="processes", limit=64),
    "killed": Report(reason="killed"),
    "segmentation fault": Report(exit=-signal.SIGSEGV),
    "SIGKILL": Report(exit=-signal.SIGKILL),
    "SIGTERM": Report(exit=-signal.SIGTERM),
    "left with 0": Report(exit=0),
    "left with 3": Report(exit=3),
    "engine's fault": Report(exit=ENGINE_FAULT),
    "channel lost": Report(exit=CHANNEL_LOST),
}
TRACE = """Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait
  File "<your answer>", line 7 in inner
  File "<your answer>", line 12 in <module>
"""


def last_of(messages: list[Message]) -> Message:
    (last,) = [message for message in messages if isinstance(message, protocol.LAST)]
    assert messages[-1] is last
    return last


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("request_", CHECKS, ids=lambda r: type(r).__name__)
def test_a_check_that_ends_without_a_word_is_not_passed(name: str, request_: protocol.Work) -> None:
    verdict, last = End(request_).messages(ENDS[name])
    assert isinstance(verdict, Verdict) and verdict.outcome in ("error", "unjudged") and verdict.message
    assert isinstance(last, Finished)


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("request_", RUNS, ids=lambda r: type(r).__name__)
def test_a_run_that_ends_without_a_word_has_crashed(name: str, request_: protocol.Work) -> None:
    (crashed,) = End(request_).messages(ENDS[name])
    assert isinstance(crashed, Crashed) and crashed.message


@pytest.mark.parametrize("request_", CHECKS, ids=lambda r: type(r).__name__)
def test_a_stopped_check_is_unjudged(request_: protocol.Work) -> None:
    verdict, last = End(request_).messages(Report(reason="stopped"))
    assert isinstance(verdict, Verdict) and verdict.outcome == "unjudged"
    assert last == Stopped(1)
    assert stopped(request_) == [verdict, last]


def test_a_stopped_run_says_only_that() -> None:
    assert End(RUNS[0]).messages(Report(reason="stopped")) == [Stopped(1)]


def test_what_kills_a_process_from_outside_is_not_the_learners_fault() -> None:
    verdict = End(CHECK).messages(Report(reason="killed"))[0]
    assert isinstance(verdict, Verdict) and verdict.outcome == "unjudged"


class TestKeeping:
    def test_a_verdict_waits_until_the_job_has_ended(self) -> None:
        end = End(CHECK)
        verdict, finished = Verdict(1, "passed", "Right."), Finished(1, 0.1)
        assert end.keep(verdict) and end.keep(finished)
        assert end.messages(Report()) == [verdict, finished]

    @pytest.mark.parametrize("report", [Report(reason="time", limit=1), Report(reason="stopped"), Report(exit=-9)])
    def test_what_it_said_before_it_was_ended_holds(self, report: Report) -> None:
        end = End(CHECK)
        end.keep(Verdict(1, "failed", "No."))
        end.keep(Finished(1, 0.1))
        assert end.messages(report) == [Verdict(1, "failed", "No."), Finished(1, 0.1)]

    def test_a_verdict_without_an_end_does_not_hold(self) -> None:
        end = End(CHECK)
        end.keep(Verdict(1, "passed", "Right."))
        verdict = end.messages(Report(exit=-signal.SIGSEGV))[0]
        assert isinstance(verdict, Verdict) and verdict.outcome == "error"

    def test_an_end_without_a_verdict_does_not_pass(self) -> None:
        end = End(CHECK)
        end.keep(Finished(1, 0.1))
        messages = end.messages(Report())
        assert isinstance(messages[0], Verdict) and messages[0].outcome == "error"
        last_of(messages)

    def test_of_two_verdicts_one_is_sent(self) -> None:
        end = End(CHECK)
        for outcome in ("passed", "failed"):
            end.keep(Verdict(1, outcome, outcome))  # type: ignore[arg-type]
        end.keep(Finished(1, 0.1))
        assert len(end.messages(Report())) == 2

    @pytest.mark.parametrize("message", [Printed(1, "hi"), Note(1, "hi")])
    def test_what_does_not_end_the_job_passes_through(self, message: Message) -> None:
        assert not End(CHECK).keep(message)

    @pytest.mark.parametrize(
        "message",
        [
            Printed(2, "of another job"),
            Verdict(2, "passed", "of another job"),
            Started(1, "cpu", 5),
            Stopped(1),
            RunCode(1, "/c", "a/b", "a request"),
            protocol.Hello(1, "0", "3", "python"),
        ],
    )
    def test_what_a_job_has_no_right_to_say_is_dropped(self, message: Message) -> None:
        end = End(CHECK)
        assert end.keep(message)
        assert message not in end.messages(Report())


class TestWords:
    def test_a_time_budget_names_the_seconds_and_the_line(self) -> None:
        message, line = explain(Report(reason="time", limit=2.5, trace=TRACE), "x = 1\n" * 12)
        assert "2.5 s" in message and "Line 7 is where it was" in message and line == 7

    def test_a_memory_budget_names_the_size(self) -> None:
        assert "2.0 GiB" in explain(Report(reason="memory", limit=2048))[0]

    def test_a_crash_names_the_signal_and_the_line(self) -> None:
        message, line = explain(Report(exit=-signal.SIGSEGV, trace=TRACE))
        assert "SIGSEGV" in message and line == 7

    def test_an_exit_names_its_code(self) -> None:
        assert "exit code 3" in explain(Report(exit=3))[0]

    def test_the_detail_of_the_verdict_is_where_it_was(self) -> None:
        verdict = End(CHECK).messages(Report(reason="time", limit=1, trace=TRACE))[0]
        assert isinstance(verdict, Verdict)
        assert verdict.line == 7 and "inner" in verdict.detail


@pytest.mark.parametrize(
    ("trace", "line"),
    [("", 0), (TRACE, 7), ('  File "<the code>", line 3 in <module>', 3), ('File "/x/lesson.py", line 3 in f', 0)],
)
def test_the_innermost_line_of_the_learner_is_found(trace: str, line: int) -> None:
    assert line_of(trace) == line


def test_who_wrote_no_code_is_not_asked_for_a_loop() -> None:
    report = Report(reason="time", limit=20)
    message, _ = explain(report, "")
    assert "loop" not in message and "less data" in message
    assert "loop" in explain(report, "while True:\n    pass\n")[0]
