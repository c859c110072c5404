"""What the learner did, kept on disk: attempts, positions, answers, settings of demos."""

from tutor.progress.database import StoreError
from tutor.progress.store import Attempt, Help, Store

__all__ = ["Attempt", "Help", "Store", "StoreError"]
