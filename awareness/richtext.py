"""Formatted text of editors: cleaned whenever it is saved, on whatever path."""

from html import unescape
from typing import Any

import nh3
from django.db import models
from modeltranslation.fields import TranslationFieldDescriptor

# fmt: off
TAGS = frozenset(
    {
        "p", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br", "cite",
        "abbr", "span", "dl", "dt", "dd", "sup", "table", "caption", "thead", "tbody", "tr",
        "th", "td"
    }
)
# fmt: on
ATTRIBUTES = {
    "a": {"href", "hreflang", "lang"},
    "abbr": {"title"},
    "cite": {"lang"},
    "span": {"lang"},
    "p": {"lang"},
    "th": {"scope"},
}
# No mailto: a sent mail leaves traces on the reader's device.
SCHEMES = frozenset({"https", "http", "tel", "sms"})


def clean(html: str) -> str:
    """Return `html` with nothing but the allowed tags; scripts, styles and handlers are gone."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noreferrer",
    ).strip()


def plain(html: str) -> str:
    """Return the words of `html`. Inline tags join what they part; blocks become spaces."""
    for block in ("p", "li", "h3", "h4", "td", "th", "dt", "dd", "br", "blockquote", "caption"):
        html = html.replace(f"</{block}>", f" </{block}>").replace(f"<{block}>", f" <{block}>")
    return unescape(nh3.clean(html, tags=set(), attributes={}))


class CleanHtmlField(models.TextField):
    """A column of HTML that cannot hold anything but clean HTML.

    `get_prep_value` stands on every way into the database (save, bulk_create, update,
    bulk_update); `pre_save` lets the object in memory agree with its row.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Clean on the way into the database."""
        value = super().get_prep_value(value)
        return clean(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean the attribute too."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean(value)
            # A translated attribute reads another language where its own is empty: writing
            # through it would store that language's words as its own.
            held = getattr(type(model_instance), self.attname)
            if not isinstance(held, TranslationFieldDescriptor):
                setattr(model_instance, self.attname, value)
        return value
