"""Somebody of staff whose sign-in is fresh."""

from tests.plugins.staff import staff

__all__ = ["staff"]
