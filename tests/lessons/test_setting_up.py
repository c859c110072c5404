"""The lesson orientation/setting_up: other right answers pass, wrong ones fail with the sentence they need."""

from __future__ import annotations

import torch

from tests.lessons.answers import Wrong, told
from tests.lessons.judge import Judge
from tutor.protocol import Bars, Finished, Result, Table

LESSON = "orientation/setting_up"

ASKS_THE_MACHINE = """
import torch
def best_device(cuda, mps):
    return "cuda" if torch.cuda.is_available() else "mps" if mps else "cpu"
"""
RIGHT = {
    "at_least": {
        "regular expression": """
import re
def at_least(version, major, minor):
    found = re.match(r"(\\d+)\\.(\\d+)", version)
    return tuple(map(int, found.groups())) >= (major, minor)
""",
        "one number": """
def at_least(version, major, minor):
    a, b, *rest = version.split(".")
    return int(a) * 1000 + int(b) >= major * 1000 + minor
""",
        "case by case": """
def at_least(version, major, minor):
    parts = [int(part) for part in version.split("+")[0].split(".")[:2]]
    if parts[0] != major:
        return parts[0] > major
    return parts[1] >= minor
""",
        "a list": "def at_least(version, major, minor):\n    return [int(p) for p in version.split('.')[:2]] >= [major, minor]\n",
    },
    "best_device": {
        "one expression": "def best_device(cuda, mps):\n    return 'cuda' if cuda else 'mps' if mps else 'cpu'\n",
        "a torch.device": """
import torch
def best_device(cuda, mps):
    return torch.device("cuda" if cuda else "mps" if mps else "cpu")
""",
        "elif": """
def best_device(cuda, mps):
    if cuda == True:
        device = "cuda"
    elif mps == True:
        device = "mps"
    else:
        device = "cpu"
    return device
""",
    },
}
WRONG = {
    "at_least": told(
        "{}",
        {
            "def at_least(version, major, minor):\n    return version >= f'{major}.{minor}'\n": "as text it comes before",
            """
def at_least(version, major, minor):
    a, b = version.split(".")[:2]
    return int(a) >= major and int(b) >= minor
""": "A larger major version is enough",
            """
def at_least(version, major, minor):
    a, b = version.split(".")[:2]
    return (int(a), int(b)) > (major, minor)
""": "2.6.0 is at least 2.6. The very same version is new enough",
            """
def at_least(version, major, minor):
    a, b = version.split(".")[:2]
    return int(a) > major or int(b) >= minor
""": "The major version decides first",
            "def at_least(version, major, minor):\n    print(version)\n": "is there a `return`?",
        },
    ),
    "best_device": {
        **told(
            "{}",
            {
                "def best_device(cuda, mps):\n    return 'cuda' if cuda else 'mps'\n": "best_device(False, False) is 'mps'",
                "def best_device(cuda, mps):\n    return 'mps' if mps else 'cuda' if cuda else 'cpu'\n": "CUDA comes first",
            },
        ),
        "asks the machine": Wrong(ASKS_THE_MACHINE, "Go by `cuda`", where_no_gpu=True),
    },
}


def test_the_prediction_is_judged_by_this_machine(judge: Judge) -> None:
    here = torch.cuda.is_available()
    assert judge.predict(LESSON, "gpu_here", str(here)).outcome == "passed"
    assert judge.predict(LESSON, "gpu_here", str(not here)).outcome == "failed"


def test_the_demo_says_what_is_installed_and_measures(judge: Judge) -> None:
    events = judge.demo(LESSON, "look_around", size=64, seconds=0.5)
    assert isinstance(events[-1], Finished)
    (table,) = [event for event in events if isinstance(event, Table)]
    found = {row[0]: row[1] for row in table.rows}
    assert found["torch"] == torch.__version__
    assert found["NVIDIA GPU"] == ("yes" if torch.cuda.is_available() else "no")
    (bars,) = [event for event in events if isinstance(event, Bars)]
    assert min(bars.values) > 0
    (result,) = [event for event in events if isinstance(event, Result)]
    assert result.figures["threads"] == 1
