"""What a job's process does before and around the code it runs."""

from __future__ import annotations

import resource

from tests.at_hand import Lab
from tutor.engine import budgets
from tutor.protocol import Finished, Note, Printed, RunCode, RunDemo, Started

DEMO = """
def where(run):
    run.result(device=str(run.device))
"""


def test_a_device_that_does_not_work_is_replaced_by_the_cpu_and_said(lab: Lab) -> None:
    lab.write(DEMO)
    request = RunDemo(lab.new_job(), str(lab.course), lab.lesson, "where", {}, device="cuda:99")
    events = lab.run(request)
    assert isinstance(events[0], Started) and events[0].device == "cpu"
    (note,) = [event for event in events if isinstance(event, Note)]
    assert note.topic == "device"
    assert note.text.startswith("cuda:99 does not work just now (")
    assert note.text.endswith("this runs on the CPU instead.")
    assert isinstance(events[-1], Finished)
    assert any(getattr(event, "figures", None) == {"device": "cpu"} for event in events)


def test_limits_on_files_are_set_in_the_job(lab: Lab) -> None:
    lab.write(DEMO)
    code = "import resource as r; print(*r.getrlimit(r.RLIMIT_FSIZE), *r.getrlimit(r.RLIMIT_NOFILE), *r.getrlimit(r.RLIMIT_CORE))"
    events = lab.run(RunCode(lab.new_job(), str(lab.course), lab.lesson, code))
    printed = "".join(event.text for event in events if isinstance(event, Printed))
    files = min(budgets.MOST_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    assert [int(word) for word in printed.split()] == [budgets.LARGEST_FILE] * 2 + [files] * 2 + [0, 0]


def test_threads_leave_the_terminal_program_a_core(lab: Lab) -> None:
    lab.write(DEMO)
    assert lab.ready is not None
    events = lab.code("import torch; print(torch.get_num_threads())")
    printed = "".join(event.text for event in events if isinstance(event, Printed))
    assert int(printed) == lab.ready.threads
