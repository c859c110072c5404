"""The settings: what there is to set, the file they are kept in, and which value holds. No screens here."""

from tutor.settings.model import SETTINGS, Setting, Value
from tutor.settings.settings import Settings

__all__ = ["SETTINGS", "Setting", "Settings", "Value"]
