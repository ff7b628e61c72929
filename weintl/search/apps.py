"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Text search in each language; what is searched belongs to the other apps."""

    name = "weintl.search"
    label = "search"
    verbose_name = _("Search")
