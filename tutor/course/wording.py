"""What a lesson's prose shows: the field's terms spelled as the field spells them, and links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tutor.course.model import slug
from tutor.course.outline import Finding, close_names

APART = r"(?<![\w./@#-]){}(?![\w/-]|[.:]\w)"
"""A word by itself: not part of an address, a path, a file's name or a longer word."""
TERMS = {
    "PyTorch": r"(?!PyTorch)(?i:py[ -]?torch)",
    "NumPy": r"(?!NumPy)(?i:num[ -]?py)",
    "scikit-learn": r"(?![Ss]cikit-learn)(?i:sci-?kit[ -]learn|scikitlearn)",
    "TensorBoard": r"(?!TensorBoard)(?i:tensor[ -]?board)",
    "CUDA": r"(?!CUDA)(?i:cuda)",
    "GPU": r"(?!GPU)(?i:gpu)(?=s?\b)",
    "ReLU": r"(?!ReLU)(?i:relu)",
    "autograd": r"(?i:auto[ -]grad)",
    "backpropagation": r"(?i:back[ -]propagation|backpropogation)",
    "hyperparameter": r"(?i:hyper[ -]paramet[er]{2}s?)",
    "overfitting": r"(?i:over[ -]fit(?:s|ting|ted)?)",
    "underfitting": r"(?i:under[ -]fit(?:s|ting|ted)?)",
    "cross-entropy": r"(?i:cross ?entropy)",
    "softmax": r"(?i:soft[ -]max)",
    "dropout": r"(?i:drop-out)",
    "mini-batch": r"(?i:mini ?batch(?:es)?)",
    "fine-tune": r"(?i:fine ?tun(?:e|es|ed|ing))",
    "pretrained": r"(?i:pre[ -]trained)",
    "optimizer": r"(?i:optimisers?)",
    "regularization": r"(?i:regularisation)",
    "normalization": r"(?i:normalisation)",
    "logistic regression": r"(?i:logistical regression)",
    "tensor": r"(?i:tensers?|tensros?)",
    "gradient": r"(?i:gradiants?|gradeints?)",
    "parameter": r"(?i:paramaters?|paramters?|parametres?)",
    "dimension": r"(?i:dimentions?|dimensons?)",
    "label": r"(?i:lables?)",
    "accuracy": r"(?i:accurracy|acuracy|accuraccy)",
    "convolution": r"(?i:convoluti?ons?al|convultions?|convolutinal)(?<!volutional)",
    "neural": r"(?i:neurel|nueral)",
    "weight": r"(?i:wieghts?|weigths?)",
    "probability": r"(?i:probabilty|propability)",
    "threshold": r"(?i:tresholds?|threshholds?)",
    "epoch": r"(?i:epcohs?|epochhs?)",
    "separate": r"(?i:seperate[ds]?)",
    "occurred": r"(?i:occured)",
}
"""How the field spells it -> how it should not stand in prose."""
WRONG = re.compile(APART.format("(?:" + "|".join(f"({pattern})" for pattern in TERMS.values()) + ")"))
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")


def check_wording(path: Path) -> Iterator[Finding]:
    """What is wrong with a lesson's words; `path`: its .md."""
    source = path.read_text(encoding="utf-8-sig")
    prose = _prose(source)
    anchors = {slug(line.lstrip("# ")) for line in source.split("\n") if line.startswith("#")}
    for number, line in enumerate(prose.split("\n"), 1):
        for link in LINK.finditer(line):
            problem = _broken(path, link[1], anchors)
            if problem:
                yield Finding(path, number, problem)
        for found in WRONG.finditer(LINK.sub("]", line)):
            right = list(TERMS)[next(i for i, group in enumerate(found.groups()) if group is not None)]
            yield Finding(path, number, f"{found[0]!r} is written {right!r} in this field: mend it")


def _broken(path: Path, target: str, anchors: set[str]) -> str:
    """What is wrong with a link; empty: nothing, or it leads out of the course."""
    file, _, anchor = target.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return ""
    if not file:
        mend = close_names(anchor, anchors)
        return "" if anchor in anchors else f"the link leads to #{anchor}, and no heading here is called that{mend}"
    if (path.parent / file).exists():
        return ""
    return f"the link leads to {file}, which is not there: mend it, or leave the link out"


def _prose(source: str) -> str:
    """The text with all code, comments and quotations blanked; lines keep their numbers."""
    lines: list[str] = []
    closing = ""
    for line in source.split("\n"):
        fence = FENCE.match(line)
        if closing:
            if fence and fence[1].startswith(closing):
                closing = ""
            lines.append("")
        elif fence:
            closing = fence[1]
            lines.append("")
        else:
            lines.append(
                "" if line.startswith(">") else line
            )  # a quotation holds words of a check, or of somebody else
    text = re.sub(r"<!--.*?-->", _blank, "\n".join(lines), flags=re.DOTALL)
    # a span of code ends with its paragraph: a lone mark must not swallow the rest of the page
    return "\n\n".join(CODE.sub(_blank, part) for part in text.split("\n\n"))


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n") or " "
