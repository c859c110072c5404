"""What a prompt makes of text."""

from __future__ import annotations

import pytest

from tutor.ui import prompting
from tutor.ui.prompting import History


@pytest.mark.parametrize(
    "text",
    ["x = 1", "x", "for i in x: print(i)", "if x:\n    y\n", "a = 1\nb = 2", "def f():\n    return 1\n", "1 +* 2", "x = )",
     "print '1'", "class A: pass", 'x = """a\nb"""', "import torch; torch.zeros(2)"],
)  # fmt: skip
def test_what_is_complete_runs(text: str) -> None:
    assert prompting.is_complete(text)


@pytest.mark.parametrize(
    "text",
    ["for i in x:", "if x:\n    y", "(1 +", "x = [\n  1,", 'x = """a', "@wrap", "try:\n    x\nexcept E:", "x = \\"],
)  # fmt: skip
def test_what_is_not_goes_on(text: str) -> None:
    assert not prompting.is_complete(text)


def test_the_name_that_is_typed() -> None:
    assert prompting.token("y = torch.ara") == "torch.ara"
    assert prompting.token("f(x.sh") == "x.sh"
    assert prompting.token("f(x) + ") == ""


def test_local_names_and_words_of_python_are_offered() -> None:
    assert prompting.local_words("le", "learning = 1\nle") == ["learning"]
    assert prompting.local_words("whi", "") == ["while"]
    assert prompting.local_words("torch.a", "torch.about") == []
    assert prompting.merged(["len(", "learn", "lambda "], ["len", "learning"]) == [
        "len(",
        "learn",
        "lambda",
        "learning",
    ]


def test_what_words_share() -> None:
    assert prompting.shared(["torch.rand(", "torch.randn(", "torch.rand_like("]) == "torch.rand"
    assert prompting.shared([]) == "" and prompting.shared(["a"]) == "a"


def test_history_is_walked_and_what_was_typed_meanwhile_stays() -> None:
    history = History(["a", "b"])
    assert history.go(-1, "draft") == "b"
    assert history.go(-1, "b changed") == "a"
    assert history.go(-1, "a") is None
    assert history.go(1, "a") == "b changed"
    assert history.go(1, "b changed") == "draft"
    assert history.go(1, "draft") is None


def test_texts_left_behind_are_named_when_another_one_runs() -> None:
    history = History(["a", "b"])
    history.go(-1, "a long draft")
    assert history.left_behind() == ["a long draft"]
    history.add("b")
    assert history.left_behind() == []
    assert history.go(-1, "") == "b" and history.go(-1, "b") == "a"


def test_an_error_quotes_its_line_where_that_is_not_all_of_the_code() -> None:
    unreadable = '  File "<your code 3>", line 1\n    x = = 3\n        ^\nSyntaxError: invalid syntax'
    assert prompting.quoted("x = = 3", 1, unreadable) == ["x = = 3", "    ^"]
    told = "line 2, in <module>:\n    b = a @ a\n    a: (2, 3) float32 on cpu\nRuntimeError: mat1 and mat2"
    assert prompting.quoted("a = 1\nb = a @ a", 2, told) == ["b = a @ a"]
    assert prompting.quoted("b = a @ a", 1, told) == []
    assert prompting.quoted("f()", 0, told) == ["b = a @ a"]
    assert prompting.quoted("f()", 0, "") == []
