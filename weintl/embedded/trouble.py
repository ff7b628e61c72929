"""What keeps the launcher from starting, in one sentence for a person."""


class Trouble(RuntimeError):
    """Shown as it is on standard error; the exit status is 1."""
