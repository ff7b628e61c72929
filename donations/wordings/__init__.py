"""What a receipt must say, by country and version. A receipt freezes the words that it bore.

A country's module has `VERSION` and `paragraphs`. Change its words under a new version: those
of receipts that are out stay as they were. Another country's joins here.
"""

from types import ModuleType

from . import general, us
from .facts import Facts

BY_COUNTRY: dict[str, ModuleType] = {"US": us}

__all__ = ["BY_COUNTRY", "Facts", "of_country"]


def of_country(country: str) -> ModuleType:
    """Return the wording for an organisation in `country` (ISO 3166-1 alpha-2)."""
    return BY_COUNTRY.get(country.upper(), general)
