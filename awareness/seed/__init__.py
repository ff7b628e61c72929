"""What a new site starts with: figures, helplines and pages, all verified texts."""

from datetime import datetime

from . import content, pages


def load(*, now: datetime) -> None:
    """Add what is missing, known by its key; what staff have edited stays as it is."""
    content.load()
    pages.load(now=now)
