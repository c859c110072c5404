"""A few hundred random keys, clicks and resizes; `python -m tests.ui.random_keys` presses many more.

TUTOR_KEYS sets how many, TUTOR_KEYS_SEED which. The seed is fixed, so that a change is judged by what it does and not by chance.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.ui.random_keys import press_keys

KEYS = int(os.environ.get("TUTOR_KEYS", "1200"))
SEED = int(os.environ.get("TUTOR_KEYS_SEED", "190270"))


async def test_nothing_fails_gets_stuck_or_is_lost(tmp_path: Path) -> None:
    await press_keys(tmp_path, SEED, KEYS)


async def test_nor_does_it_with_the_real_engine(tmp_path: Path) -> None:
    await press_keys(tmp_path, SEED, KEYS // 4, real=True)
