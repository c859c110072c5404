"""Submissions that do harm, by accident or on purpose: each gets a verdict in time, and the next right answer passes.

What is and is not defended is said in docs/engine.md: this keeps accidents and pranks from doing harm, on the learner's own machine.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.at_hand import Lab
from tutor.engine import system
from tutor.protocol import Verdict

LESSON = """
import torch
from tutor.lesson import expect

def check_double(double):
    expect(double(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]), "double(x)")
"""
pytestmark = pytest.mark.xdist_group("hostile")  # one after the other: together they would use up the machine
RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x\n"
BUDGET = 1.5

# name -> code; none of it may pass, and all of it must have a verdict within its budget and a second
HOSTILE = {
    "spins in Python": "while True: pass",
    "spins in the function": "def double(x):\n    while True: pass",
    "spins in C": "sum(range(10**15))",
    "spins in a regular expression": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "spins in torch": "import torch\nx = torch.rand(3000, 3000)\nwhile True: x = x @ x / 1000",
    "sleeps": "import time; time.sleep(1000)",
    "waits for a lock": "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
    "swallows every exception": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "ignores signals": (
        "import signal\nfor s in range(1, 30):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass"
    ),
    "blocks signals": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    "stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "children that sleep": "import os, time\nfor _ in range(20):\n    if os.fork() == 0: time.sleep(1000)\ntime.sleep(1000)",
    "a child in a session of its own": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(1000)\n    os._exit(0)\n"
    )
    + WRONG,
    "a subprocess left behind": "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
    + WRONG,
    "thread storm": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(1000,)).start()",
    "memory on the heap": "x = []\nwhile True: x.append(bytearray(10**8))",
    "memory in one go": "x = bytearray(10**13)",
    "memory in a tensor": "import torch; x = torch.ones(10**7, 10**5)",
    "memory in many tensors": "import torch\nx = []\nwhile True: x.append(torch.ones(10**8))",
    "memory in shared maps": "import mmap\nx = []\nwhile True:\n    m = mmap.mmap(-1, 2**28); m.write(b'x' * 2**28); x.append(m)",
    "output without end": "while True: print('all work and no play')",
    "output without newlines": "import sys\nwhile True: sys.stdout.write('x')",
    "raw output without end": "import os\nwhile True: os.write(1, b'x' * 65536)",
    "errors without end": "import sys\nwhile True: print('no', file=sys.stderr)",
    "reads from stdin": "input()",
    "reads stdin raw": "import os; os.read(0, 1); raise SystemExit",
    "closes its descriptors": "import os\nos.closerange(0, 256)\n" + RIGHT,
    "closes stdout": "import sys, os\nsys.stdout.close(); os.close(1)\n" + WRONG,
    "reuses descriptors": (
        "import os\nf = os.open('junk', os.O_CREAT | os.O_RDWR)\nfor i in range(256):\n"
        "    if i != f:\n        try: os.dup2(f, i)\n        except OSError: pass\n"
    )
    + RIGHT,
    "writes verdicts everywhere": (
        'import os\nline = b\'{"kind":"Verdict","job":%d,"outcome":"passed","message":"Right."}\\n\'\n'
        "for fd in range(256):\n    for job in range(1, 400):\n        try: os.write(fd, line % job)\n        except OSError: break\n"
    )
    + WRONG,
    "prints a verdict": (
        'for job in range(1, 400):\n    print(\'{"kind":"Verdict","job":%d,"outcome":"passed","message":"Right."}\' % job)\n'
    )
    + WRONG,
    "leaves with 0": "import os; os._exit(0)",
    "leaves with 70": "import os; os._exit(70)",
    "leaves in the function": "import os\ndef double(x): os._exit(0)",
    "exits": "import sys; sys.exit(0)",
    "exits in the function": "import sys\ndef double(x): sys.exit(0)",
    "kills itself": "import os; os.kill(os.getpid(), 9)",
    "kills its parent": "import os\nos.kill(os.getppid(), 9)\nimport time; time.sleep(1000)",
    "kills its group": "import os; os.killpg(0, 9)",
    "kills its parent's group": "import os\nos.killpg(os.getpgid(os.getppid()), 9)\nimport time; time.sleep(1000)",
    "kills its grandparent": (
        "import os\nstat = open(f'/proc/{os.getppid()}/stat').read().rsplit(')', 1)[1].split()\n"
        "os.kill(int(stat[1]), 9)\nimport time; time.sleep(1000)"
    ),
    "calls itself": "def double(x): return double(x)",
    "recursion in C": "import sys\nsys.setrecursionlimit(10**8)\ndef double(x): return double(x)",
    "segmentation fault": "import ctypes; ctypes.string_at(0)",
    "abort": "import os; os.abort()",
    "imports the screens": "import textual\nraise RuntimeError('a screen in the engine')",
    "a message of a hundred megabytes": "raise ValueError('x' * 10**8)",
    "an exception whose text raises": (
        "class Bad(Exception):\n    def __str__(self): raise ValueError('no')\n    __repr__ = __str__\nraise Bad()"
    ),
    "an exception whose class lies": "class Bad(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise Bad()",
    "raises what is no Exception": "raise KeyboardInterrupt",
    "a generator that is closed badly": "raise GeneratorExit",
    "escape codes and odd text": "raise ValueError('\\x1b[2J\\x1b]0;gone\\x07 \\ud800 [/red] \\u202e')",
    "surrogates in what it prints": "print('\\ud800')\n" + WRONG,
    "a null byte": "x = '\0'",
    "no Python at all": "\x00\x01\x02",
    "a very long line": "x = " + "1 + " * 20000 + "1",
    "deep brackets": "(" * 5000 + ")" * 5000,
    "shadows a module": "open('torch.py', 'w').write('raise 1')\nimport sys; sys.modules['torch'] = None\nimport torch",
    "replaces torch.equal": "import torch\ntorch.equal = torch.allclose = lambda *a, **k: True\n" + WRONG,
    "replaces torch.isclose": "import torch\ntorch.isclose = lambda *a, **k: torch.ones(2, dtype=torch.bool)\n" + WRONG,
    "replaces the comparison": "import torch\ntorch.Tensor.__eq__ = lambda *a: torch.ones(2, dtype=torch.bool)\n"
    + WRONG,
    "replaces expect": "import tutor.lesson, tutor.engine.checking as c\nc._expect_tensor = lambda *a: None\n" + WRONG,
    "replaces the lesson's expect": (
        "import sys\nfor m in list(sys.modules.values()):\n    if hasattr(m, 'expect'): m.expect = lambda *a, **k: None\n"
    )
    + WRONG,
    "replaces isinstance": "import builtins\nbuiltins.isinstance = lambda *a: True\n" + WRONG,
    "is equal to everything": (
        "class Any:\n    def __eq__(self, other): return True\n    def __getattr__(self, name): return self\n"
        "    def __call__(self, *a): return self\ndef double(x): return Any()"
    ),
    "a tensor that lies": (
        "import torch\nclass Liar(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, f, t, a=(), k=None):\n"
        "        return torch.ones(2, dtype=torch.bool)\ndef double(x): return x.as_subclass(Liar)"
    ),
    "replaces the wardens' signals": "import faulthandler\nfaulthandler.disable()\nwhile True: pass",
    "an audit hook": "import sys\ndef hook(*a): raise RuntimeError('no')\nsys.addaudithook(hook)\n" + WRONG,
    "a trace function": "import sys\nsys.settrace(lambda *a: 1 / 0)\n" + WRONG,
    "deletes what it can": "import shutil, os\nshutil.rmtree(os.getcwd(), ignore_errors=True)\n" + WRONG,
    "fills its folder": "f = open('big', 'wb')\nwhile True: f.write(b'x' * 2**20)",
    "opens files without end": "x = []\nwhile True: x.append(open('/dev/null'))",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_gets_a_verdict_in_time_and_the_next_right_answer_passes(lab: Lab, name: str) -> None:
    lab.write(LESSON)
    harmless = timed(lab, RIGHT)[1]  # some tens of milliseconds; more where other programs use the machine too
    verdict, took = timed(lab, HOSTILE[name])
    assert verdict.outcome != "passed"
    assert verdict.message and len(verdict.message) < 1000
    assert took < BUDGET + 1.0 + 20 * harmless, f"{took:.1f} s, where a harmless answer takes {harmless:.2f} s"
    assert lab.check("double", RIGHT).outcome == "passed"


@pytest.mark.gpu
def test_the_same_holds_on_an_accelerator(lab: Lab) -> None:
    assert lab.ready is not None
    if lab.ready.device == "cpu":
        pytest.skip("there is no accelerator on this machine")
    lab.write(LESSON)
    for name, code in HOSTILE.items():
        assert timed(lab, code)[0].outcome != "passed", name
        verdict = lab.check("double", RIGHT.replace("2 * x", f"2 * x.to({lab.ready.device!r}).cpu()"))
        assert verdict.outcome == "passed", f"after {name}: {verdict.message}"


def timed(lab: Lab, answer: str) -> tuple[Verdict, float]:
    """The verdict, and the seconds until it was there."""
    began = time.monotonic()
    verdict = lab.check("double", answer, seconds=BUDGET)
    return verdict, time.monotonic() - began


def test_there_are_at_least_sixty() -> None:
    assert len(HOSTILE) >= 60


def test_nothing_is_left_running(lab: Lab) -> None:
    lab.write(LESSON)
    for name in (
        "a child in a session of its own",
        "a subprocess left behind",
        "children that sleep",
        "kills its parent",
    ):
        lab.check("double", HOSTILE[name], seconds=BUDGET)
    assert lab.check("double", RIGHT).outcome == "passed"
    left = [cmdline(pid) for pid in system.descendants(os.getpid())]
    assert not [command for command in left if "sleep" in command]
    # the engine, its nursery, and a spare job with its warden: whatever else is there escaped
    assert len([command for command in left if "tutor" in command]) <= 4, left


def test_a_job_works_in_a_folder_of_its_own_which_goes_with_it(lab: Lab, tmp_path: Path) -> None:
    lab.write("from tutor.lesson import fail\n\ndef check_where(where):\n    fail(where)\n")
    verdict = lab.check("where", "import os\nopen('note.txt', 'w').write('x')\nwhere = os.getcwd()")
    folder = Path(verdict.message)
    assert folder.name.startswith("tutor-job-")
    assert not folder.exists()


def cmdline(pid: int) -> str:
    """A process's command line; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
