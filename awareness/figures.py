"""Figures in editors' text: only as tokens, never typed.

`[[stat:key]]` stands for a `Statistic`. A bare figure (a number with a scale, a per cent
sign or a currency, or of five digits and more; or in words with a scale) has neither source
nor date and is refused.
"""

import re
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from weintl import sourcing

from .richtext import plain

TOKEN = re.compile(r"\[\[stat:([a-z0-9]+(?:-[a-z0-9]+)*)\]\]")
BLOCK = re.compile(r"<p>\s*" + TOKEN.pattern + r"\s*</p>")


def keys(*bodies: str | None) -> set[str]:
    """Return the keys of all tokens in `bodies`."""
    return {key for body in bodies for key in TOKEN.findall(body or "")}


def bare_figures(html: str | None) -> list[str]:
    """Return each figure that `html` states without a token, as it is written there."""
    return sourcing.bare_figures(TOKEN.sub(" … ", plain(html or "")))


def broken_tokens(html: str | None) -> list[str]:
    """Return what looks like a token and is none."""
    rest = TOKEN.sub("", html or "")
    return re.findall(r"\[\[[^\]]*\]{0,2}", rest)


def problems(html: str | None, *, known: Iterable[str] | None = None) -> Iterator[str]:
    """Yield a sentence for each bare figure, broken token and, if given, key not `known`."""
    for figure in bare_figures(html):
        yield _(
            "“%(figure)s” is a figure without a source. Add it under Statistics and write "
            "[[stat:key]] in its place."
        ) % {"figure": figure}
    for token in broken_tokens(html):
        yield _("“%(token)s” is no token. Write [[stat:key]].") % {"token": token}
    if known is not None:
        for key in sorted(keys(html) - set(known)):
            yield _("There is no statistic with the key “%(key)s”.") % {"key": key}


def refuse_bare_figures(html: str) -> None:
    """Validate a body or a plain text. Raises ValidationError with a sentence for each fault."""
    found = list(problems(html))
    if found:
        raise ValidationError(found)


def refuse_tokens(text: str) -> None:
    """Validate a title or heading: it takes no token and no bare figure."""
    refuse_bare_figures(text)
    if "[[" in text:
        raise ValidationError(_("A figure may stand in a section's text only."))
