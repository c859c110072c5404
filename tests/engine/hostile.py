"""Submissions that do harm or try to pass by a trick, each of its own kind: name -> code. None of them may pass."""

from __future__ import annotations

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x\n"
ABOVE = "import os, signal\npid = os.getpid()\nfor _ in range({}):\n" + (
    "    pid = int(open(f'/proc/{{pid}}/stat').read().rsplit(')', 1)[1].split()[1])\n"
)
"""Finds the process so many generations above: 1, its keeper; 2, the nursery; 3, the engine."""

# name -> code; none of it may pass, and all of it must have a verdict in time
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
    "replaces the wardens' signals": "import faulthandler\nfaulthandler.disable()\nwhile True: pass",
    "an audit hook": "import sys\ndef hook(*a): raise RuntimeError('no')\nsys.addaudithook(hook)\n" + WRONG,
    "deletes what it can": "import shutil, os\nshutil.rmtree(os.getcwd(), ignore_errors=True)\n" + WRONG,
    "fills its folder": "f = open('big', 'wb')\nwhile True: f.write(b'x' * 2**20)",
    "writes far into a file": "f = open('big', 'wb', 0)\nf.seek(2**40)\nf.write(b'x')",
    "opens files without end": "x = []\nwhile True: x.append(open('/dev/null'))",
    "kills the engine": ABOVE.format(3) + "os.kill(pid, 9)\nimport time; time.sleep(1000)",
    "puts the engine to sleep": ABOVE.format(3) + "os.kill(pid, signal.SIGSTOP)\n" + WRONG,
    "puts its keeper to sleep": ABOVE.format(1) + "os.kill(pid, signal.SIGSTOP)\nwhile True: pass",
    "hangs up on everyone": ABOVE.format(2) + "os.kill(pid, signal.SIGHUP)\nos.kill(pid, signal.SIGTERM)\n" + WRONG,
    "a thread that lives on": (
        "import threading, os\ndef on():\n    while True: os.write(1, b'still here')\n"
        "threading.Thread(target=on, daemon=True).start()\n"
    )
    + WRONG,
    "an exit handler that never ends": "import atexit, time\natexit.register(time.sleep, 1000)\n" + WRONG,
    "recursion in a __repr__": (
        "class R:\n    def __repr__(self): return repr(self)\n    __str__ = __repr__\ndef double(x): return R()"
    ),
    "an endless __repr__": "class R:\n    def __repr__(self):\n        while True: pass\ndef double(x): return R()",
    "an endless generator": "def double(x):\n    while True: yield x",
    "writes into its keeper's folder": (
        "import os, pathlib\nfor fd in os.listdir('/proc/self/fd'):\n    try: os.ftruncate(int(fd), 0)\n    except OSError: pass\n"
    )
    + WRONG,
    "fills shared memory": ("import torch\nx = []\nwhile True: x.append(torch.ones(10**8).share_memory_())"),
}

MODE = """import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
class Liar(Torch{0}Mode):
    def __torch_{1}__(self, function, types, arguments=(), named=None):
        if any(word in str(function) for word in ("isclose", "eq", "allclose", "equal")): return torch.ones(2, dtype=torch.bool)
        return function(*arguments, **(named or {{}}))
Liar().__enter__()
"""
DISPATCH = """import torch
class Liar(torch.Tensor):
    @staticmethod
    def __new__(cls, x): return torch.Tensor._make_wrapper_subclass(cls, x.shape, dtype=x.dtype, device=x.device)
    def __init__(self, x): self.x = x
    @classmethod
    def __torch_dispatch__(cls, function, types, arguments=(), named=None):
        return Liar(arguments[0].x) if "detach" in str(function) else torch.ones(2, dtype=torch.bool)
def double(x): return Liar(x)
"""
# the tricks: all of them end by themselves
CHEATS = {
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
    "a trace function": "import sys\nsys.settrace(lambda *a: 1 / 0)\n" + WRONG,
    "a trace function that changes what is judged": (
        "import sys\ndef trace(frame, event, value):\n"
        "    if frame.f_code.co_name == 'expect': frame.f_locals['got'] = frame.f_locals['want']\nsys.settrace(trace)\n"
    )
    + WRONG,
    "a profile function that changes what is judged": (
        "import sys\ndef trace(frame, event, value):\n"
        "    if frame.f_code.co_name == 'expect': frame.f_locals['got'] = frame.f_locals['want']\nsys.setprofile(trace)\n"
    )
    + WRONG,
    "traces from within": (
        "import sys\ndef trace(frame, event, value):\n"
        "    if frame.f_code.co_name == 'expect': frame.f_locals['got'] = frame.f_locals['want']\n"
        "def double(x):\n    sys.settrace(trace)\n    return x\n"
    ),
    "a mode that answers for torch": MODE.format("Function", "function") + WRONG,
    "a mode below torch": MODE.format("Dispatch", "dispatch") + WRONG,
    "a tensor that answers for the dispatcher": DISPATCH,
    "an operator of its own": (
        "import torch\nlibrary = torch.library.Library('aten', 'IMPL')\n"
        "library.impl('isclose', lambda *a, **k: torch.ones(2, dtype=torch.bool), 'CPU')\n"
    )
    + WRONG,
    "replaces callable": (
        "import builtins, torch\nbuiltins.callable = lambda x: False\ntorch.isclose = lambda *a, **k: torch.ones(2, dtype=torch.bool)\n"
    )
    + WRONG,
    "replaces vars": "import builtins\nbuiltins.vars = lambda x: {}\n" + WRONG,
    "replaces type": "import builtins, torch\nbuiltins.type = lambda x: torch.Tensor\n" + WRONG,
    "replaces the code of a function": (
        "import tutor.engine.checking as c\nc._expect_tensor.__code__ = (lambda *a: None).__code__\n"
    )
    + WRONG,
    "replaces a default": "import tutor.engine.checking as c\nc.expect.__kwdefaults__['atol'] = 1e9\n" + WRONG,
    "widens the tolerances": ("import tutor.engine.checking as c, torch\nc.TOLERANCES = {torch.float32: (1e9, 1e9)}\n")
    + WRONG,
    "replaces the guard": (
        "import tutor.engine.guard as g, tutor.engine.checking as c\ng._changed = lambda *a: None\nc._expect_tensor = lambda *a: None\n"
    )
    + WRONG,
    "rewrites the verdict on its way": (
        "import tutor.protocol as p, dataclasses\nold = p.encode\n"
        "p.encode = lambda m: old(dataclasses.replace(m, outcome='passed') if hasattr(m, 'outcome') else m)\n"
    )
    + WRONG,
    "a verdict that is always passed": "import tutor.protocol as p\np.Verdict.outcome = property(lambda self: 'passed')\n"
    + WRONG,
    "a mismatch that is none": "import tutor.engine.checking as c\nc.Mismatch.__init__ = lambda *a: None\n" + WRONG,
    "replaces, and puts back": (
        "import torch\nold = torch.isclose\ndef fake(*a, **k):\n    torch.isclose = old\n    return torch.ones(2, dtype=torch.bool)\n"
        "def double(x):\n    torch.isclose = fake\n    return x\n"
    ),
    "replaces from a thread": (
        "import threading, torch\ndef on():\n    while True: torch.isclose = lambda *a, **k: torch.ones(2, dtype=torch.bool)\n"
        "threading.Thread(target=on, daemon=True).start()\n"
    )
    + WRONG,
    "replaces the lesson's module": (
        "import sys, types\nfake = types.ModuleType('tutor.lesson')\nfake.expect = lambda *a, **k: None\n"
        "sys.modules['tutor.lesson'] = sys.modules['tutor.engine.checking'] = fake\n"
    )
    + WRONG,
    "finds the check by its frame": (
        "import sys\ndef double(x):\n    sys._getframe(1).f_globals['expect'] = lambda *a, **k: None\n    return x\n"
    ),
    "says it is of another class": (
        "import torch\nclass Liar:\n    __class__ = property(lambda self: torch.Tensor)\n"
        "    def __getattr__(self, name): return getattr(torch.tensor([2.0, 4.0]), name)\ndef double(x): return Liar()"
    ),
    "a generator": "def double(x): yield 2 * x",
    "an exception that is an assertion": "def double(x): raise AssertionError('Right.')",
    "leaves by GeneratorExit": "def double(x): raise GeneratorExit",
    "leaves by KeyboardInterrupt": "def double(x): raise KeyboardInterrupt",
    "leaves by SystemExit(0)": "def double(x): raise SystemExit(0)",
    "nan": "def double(x): return x * float('nan')",
    "infinite": "def double(x): return x / 0",
    "another dtype": "def double(x): return (2 * x).double()",
    "another shape": "def double(x): return (2 * x).unsqueeze(0)",
    "complex": "def double(x): return (2 * x).to(__import__('torch').complex64)",
    "a patched layer": "import torch\ntorch.nn.Linear.forward = lambda self, x: x\n" + RIGHT,
}
