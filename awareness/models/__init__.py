"""Tables of awareness: pages, stories, figures with their sources, helplines, messages."""

from .facts import Citation, SeedClaim, Source, Statistic
from .helplines import Helpline
from .messages import ContactMessage
from .pages import OldPath, Page, Section
from .places import Country, Region
from .stories import Story
from .texts import PageText

__all__ = [
    "Citation",
    "ContactMessage",
    "Country",
    "Helpline",
    "OldPath",
    "Page",
    "PageText",
    "Region",
    "Section",
    "SeedClaim",
    "Source",
    "Statistic",
    "Story",
]
