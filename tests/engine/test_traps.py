"""What goes wrong where torch meets forked processes, each met once and cured: through the real engine."""

from __future__ import annotations

import pytest

from tests.at_hand import Lab
from tests.engine.wire import Wire
from tutor.engine import system
from tutor.engine.budgets import MOST_OUTPUT
from tutor.protocol import Crashed, Finished, Hello, JobEvent, Printed, Ready, RunCode

LESSON = """
from tutor.lesson import expect, fail

def check_said(said):
    fail(str(said))

def check_three(three):
    expect(three, 3, "three")
"""


@pytest.fixture(autouse=True)
def lesson(lab: Lab) -> None:
    lab.write(LESSON)


def printed(events: list[JobEvent], stream: str = "stdout") -> str:
    return "".join(event.text for event in events if isinstance(event, Printed) and event.stream == stream)


def output(lab: Lab, code: str, seconds: float = 20) -> str:
    """What the code prints; it must come to its end."""
    events = lab.code(code, seconds=seconds)
    assert isinstance(events[-1], Finished), events[-1]
    return printed(events).strip()


def test_an_optimizer_does_not_import_the_compiler_first(lab: Lab) -> None:
    assert output(lab, "import sys\nprint('torch._dynamo' in sys.modules)") == "True"
    made = "before = set(sys.modules)\ntorch.optim.Adam(torch.nn.Linear(1, 1).parameters())\nlen(set(sys.modules) - before)"
    assert int(output(lab, "import sys, torch\n" + made)) < 50


def test_a_job_holds_torch_and_no_screen(lab: Lab) -> None:
    names = {name.split(".")[0] for name in output(lab, "import sys\nprint(*sys.modules)").split()}
    assert "torch" in names
    assert not {"textual", "rich", "plotext", "click", "markdown_it"} & names


def test_a_data_loader_with_workers_works(lab: Lab) -> None:
    code = """
import torch
from torch.utils.data import DataLoader, Dataset

class Squares(Dataset):
    def __len__(self): return 8
    def __getitem__(self, i): return torch.tensor(i * i)

loader = DataLoader(Squares(), batch_size=4, num_workers=2)
print([batch.tolist() for batch in loader])
"""
    assert output(lab, code) == "[[0, 1, 4, 9], [16, 25, 36, 49]]"


def test_two_ranks_add_up_their_tensors(lab: Lab) -> None:
    code = """
import os, tempfile, torch
import torch.distributed as dist
import torch.multiprocessing as mp

def rank(i, file, results):
    dist.init_process_group("gloo", init_method=f"file://{file}", rank=i, world_size=2)
    x = torch.tensor([i + 1.0])
    dist.all_reduce(x)
    results.put((i, x.item()))
    dist.destroy_process_group()

results = mp.get_context().SimpleQueue()
processes = [mp.Process(target=rank, args=(i, os.path.abspath("meet"), results)) for i in range(2)]
for process in processes: process.start()
print(sorted(results.get() for _ in processes))
for process in processes: process.join()
print([process.exitcode for process in processes])
"""
    assert output(lab, code).splitlines() == ["[(0, 3.0), (1, 3.0)]", "[0, 0]"]


MATMUL = """
import torch
torch.set_num_threads(2)
x = torch.ones(400, 400)
(x @ x).sum().item() == 400 ** 3
"""


def test_a_multithreaded_product_works_in_twenty_jobs_in_a_row(lab: Lab) -> None:
    assert [output(lab, MATMUL) for _ in range(20)] == ["True"] * 20


def test_a_multithreaded_product_works_in_four_jobs_at_once(lab: Lab) -> None:
    requests = [RunCode(lab.new_job(), str(lab.course), lab.lesson, MATMUL, seconds=20) for _ in range(4)]
    assert [printed(events).strip() for events in lab.run_all(requests)] == ["True"] * 4


def test_backward_and_an_optimizer_work_in_a_job(lab: Lab) -> None:
    code = """
import torch
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
for _ in range(20):
    optimizer.zero_grad()
    ((w - 3) ** 2).sum().backward()
    optimizer.step()
print(round(w.item(), 3))
"""
    assert output(lab, code) == "3.0"


def test_what_a_module_writes_while_it_is_preloaded_is_no_message() -> None:
    """`this` prints when it is imported: into the nursery's log, not among the events, where Wire would not understand it."""
    wire = Wire("--preload", "this").ready()
    assert b"Zen" not in wire.close()
    assert [type(message) for message in wire.heard] == [Hello, Ready]


def test_a_million_prints_are_capped_with_a_word_about_the_rest(lab: Lab) -> None:
    events = lab.code("for i in range(1_000_000): print('x' * 9)", seconds=30)
    assert isinstance(events[-1], Finished)
    text = printed(events)
    assert len(text) == MOST_OUTPUT
    assert f"{10_000_000 - MOST_OUTPUT:,} more characters were printed and are not kept" in printed(events, "stderr")
    assert len(events) < 1000


def test_text_without_a_line_end_is_seen_while_the_job_runs(lab: Lab) -> None:
    events = lab.code("import sys, time\nsys.stdout.write('half')\nwhile True: pass", seconds=0.5)
    assert printed(events) == "half"
    assert isinstance(events[-1], Crashed)


def test_a_letter_of_several_bytes_is_never_torn(lab: Lab) -> None:
    events = lab.code("import os\nfor byte in 'né→🙂'.encode():\n    os.write(1, bytes([byte]))")
    assert printed(events) == "né→🙂"


def test_stdout_and_stderr_are_told_apart(lab: Lab) -> None:
    events = lab.code("import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert (printed(events), printed(events, "stderr")) == ("out\n", "err\n")


@pytest.mark.skipif(not system.LINUX, reason="the limit is worked out from /proc, which only Linux has")
def test_too_large_a_tensor_is_a_memory_error_with_its_line(lab: Lab) -> None:
    verdict = lab.check("three", "import torch\nthree = 3\nx = torch.ones(2**20, 2**20)")
    assert verdict.outcome == "error" and verdict.line == 3
    assert "this needs 4,096.0 GiB, and your code may use " in verdict.message
    assert lab.check("three", "three = 3").outcome == "passed"


def test_main_is_the_jobs_own_and_what_it_defines_can_be_pickled(lab: Lab) -> None:
    code = """
import io, pickle, sys, torch

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

print(Net.__module__, sys.modules["__main__"].Net is Net, hasattr(sys.modules["__main__"], "serve"))
print(type(pickle.loads(pickle.dumps(Net()))) is Net)
file = io.BytesIO()
torch.save(Net(), file)
file.seek(0)
print(type(torch.load(file, weights_only=False)) is Net)
"""
    assert output(lab, code).splitlines() == ["__main__ True False", "True", "True"]


def test_nothing_of_one_job_is_there_in_the_next(lab: Lab) -> None:
    lab.code("import torch, sys\nleft = 1\ntorch.left = 1\nsys.modules['left'] = torch\nopen('left', 'w').close()")
    code = "import os, sys, torch\n('left' in globals(), hasattr(torch, 'left'), 'left' in sys.modules, os.path.exists('left'))"
    assert output(lab, code) == "(False, False, False, False)"


def test_chance_is_the_same_in_every_job(lab: Lab) -> None:
    code = "import random, torch\nprint(torch.rand(2).tolist(), random.random())"
    assert output(lab, code) == output(lab, code)


def test_a_subprocess_works(lab: Lab) -> None:
    code = "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(1 + 1)'], capture_output=True, text=True).stdout)"
    assert output(lab, code) == "2"


def test_a_pool_of_processes_works(lab: Lab) -> None:
    code = (
        "import multiprocessing\ndef square(x): return x * x\n"
        "with multiprocessing.Pool(2) as pool: print(pool.map(square, range(4)))"
    )
    assert output(lab, code) == "[0, 1, 4, 9]"


def test_grandchildren_work(lab: Lab) -> None:
    code = """
import multiprocessing

def inner(queue): queue.put("inner")

def outer(queue):
    child = multiprocessing.Process(target=inner, args=(queue,))
    child.start()
    child.join()

queue = multiprocessing.SimpleQueue()
process = multiprocessing.Process(target=outer, args=(queue,))
process.start()
print(queue.get())
process.join()
"""
    assert output(lab, code) == "inner"


def test_threads_work(lab: Lab) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool: print(sum(pool.map(lambda x: x * x, range(10))))"
    )
    assert output(lab, code) == "285"


def test_stdin_is_empty(lab: Lab) -> None:
    assert output(lab, "import os, sys\nprint(repr(sys.stdin.read()), os.read(0, 10))") == "'' b''"
    verdict = lab.check("said", "said = input()")
    assert verdict.outcome == "error" and "reads from the keyboard" in verdict.message


def test_no_descriptor_of_the_engine_is_left_open(lab: Lab) -> None:
    """Beside the three that every program has: control, messages, trace, and what lists the folder."""
    code = "import os\nprint(sorted(map(int, os.listdir('/proc/self/fd'))))"
    fds = [fd for fd in eval(output(lab, code)) if fd > 2]
    assert {103, 104, 105} <= set(fds) and len(fds) <= 7


def test_what_an_exit_handler_would_do_is_not_waited_for(lab: Lab) -> None:
    assert output(lab, "import atexit, time\natexit.register(time.sleep, 1000)\nprint('done')") == "done"


def test_a_signal_of_the_terminal_kills_no_job(lab: Lab) -> None:
    """Ctrl-C goes to the foreground process group; jobs have groups and sessions of their own."""
    code = "import os\nprint(os.getsid(0) == os.getpid() == os.getpgid(0))"
    assert output(lab, code) == "True"


def test_an_example_that_fails_leaves_the_later_ones_their_names(lab: Lab) -> None:
    lab.write("")
    events = lab.code("print(x, y)", before=("x = 1", "1 / 0", "y = 2"))
    assert "".join(event.text for event in events if isinstance(event, Printed)) == "1 2\n"
