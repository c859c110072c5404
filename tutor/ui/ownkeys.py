"""The keys of the settings: which of them hold in the program that runs, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.ui.keynames import unchecked

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp


class OwnKeys:
    """They hold at once as they are written; whether they make sense is found out later, since all screens are imported for it."""

    def __init__(self, app: TutorApp) -> None:
        self.app = app
        self.problems: dict[str, str] = {}
        """Binding id -> why the keys that the settings give to it do not hold."""
        self.held: dict[str, str] = unchecked(app.settings.keys) if app.settings.keys else {}
        """Binding id -> the keys that it has in place of its own."""
        app.set_keymap(self.held)

    @property
    def sentences(self) -> list[str]:
        """What is wrong with them, a sentence each."""
        where = self.app.settings.where
        return [f"{where('keys', binding_id)}: {problem}" for binding_id, problem in self.problems.items()]

    def take(self) -> None:
        """Those of the settings as they are now hold from here on, as far as they make sense."""
        if self.app.settings.keys or self.held:
            from tutor.ui.scenes import checked

            self._hold(*checked(self.app.settings.keys))

    def check(self) -> None:
        """The same, a moment later: in a thread."""
        if self.app.settings.keys:
            self.app.run_worker(self._check, thread=True, group="keys", exit_on_error=False)

    def _check(self) -> None:
        from tutor.ui.scenes import checked

        self.app.call_from_thread(self._hold, *checked(self.app.settings.keys))

    def _hold(self, held: dict[str, str], problems: dict[str, str]) -> None:
        self.held, self.problems = held, problems
        self.app.set_keymap(held)
        if problems:
            self.app.show_problems()
