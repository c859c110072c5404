"""What holds for all tests."""

from __future__ import annotations

import os

os.environ.setdefault("TUTOR_TRUST", "1")  # the courses that tests write are not built in: nobody is there to ask
