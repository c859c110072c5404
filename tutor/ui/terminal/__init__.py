"""Between Textual and the terminal: only what changed is written, and no more than the terminal takes in."""
