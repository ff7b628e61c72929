"""Tables of awareness: pages, figures with their sources, helplines, places."""

from .facts import Citation, SeedClaim, Source, Statistic
from .helplines import Helpline
from .pages import Page, Section
from .places import Country, Region

__all__ = [
    "Citation",
    "Country",
    "Helpline",
    "Page",
    "Region",
    "Section",
    "SeedClaim",
    "Source",
    "Statistic",
]
