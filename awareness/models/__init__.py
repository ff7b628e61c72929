"""Tables of awareness: pages, figures with their sources, helplines."""

from .facts import Citation, SeedClaim, Source, Statistic
from .helplines import Helpline
from .pages import Page, Section

__all__ = ["Citation", "Helpline", "Page", "Section", "SeedClaim", "Source", "Statistic"]
