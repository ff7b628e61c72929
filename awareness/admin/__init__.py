"""Awareness in the admin: what is written, and what is written to us."""

from . import content, inbox, pages, stories

__all__ = ["content", "inbox", "pages", "stories"]
