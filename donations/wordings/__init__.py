"""What receipts and yearly statements must say, by country and version; each freezes its words.

A country's module has `VERSION` and `paragraphs`, `YEAR_VERSION` and `year_paragraphs`. Change
its words under a new version: those that are out stay as they were. Another country's joins here.
"""

from types import ModuleType

from . import general, us
from .facts import Facts, YearFacts

BY_COUNTRY: dict[str, ModuleType] = {"US": us}

__all__ = ["BY_COUNTRY", "Facts", "YearFacts", "of_country"]


def of_country(country: str) -> ModuleType:
    """Return the wording for an organisation in `country` (ISO 3166-1 alpha-2)."""
    return BY_COUNTRY.get(country.upper(), general)
