"""What stops a backup or a restore."""


class Trouble(Exception):
    """One sentence for whoever called; nothing was changed."""
