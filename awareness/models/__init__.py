"""Tables of awareness: pages, figures with their sources, helplines, places, messages."""

from .facts import Citation, SeedClaim, Source, Statistic
from .helplines import Helpline
from .messages import ContactMessage
from .pages import Page, Section
from .places import Country, Region

__all__ = [
    "Citation",
    "ContactMessage",
    "Country",
    "Helpline",
    "Page",
    "Region",
    "Section",
    "SeedClaim",
    "Source",
    "Statistic",
]
