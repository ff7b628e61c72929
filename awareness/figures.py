"""Figures in editors' text: only as tokens, never typed.

`[[stat:key]]` stands for a `Statistic`. A bare figure (a number with a scale, a per cent
sign or a currency, or of five digits and more; or in words with a scale) has neither source
nor date and is refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .richtext import plain

TOKEN = re.compile(r"\[\[stat:([a-z0-9]+(?:-[a-z0-9]+)*)\]\]")
BLOCK = re.compile(r"<p>\s*" + TOKEN.pattern + r"\s*</p>")

_SPACE = r"\s"
_GROUP = r"[.,'’\s]"
# Bounded repeats, here and below: the time to read a text must not grow with its square.
_NUMBER = rf"\d+(?:{_GROUP}\d+){{0,8}}"
_SCALE = (
    r"thousands?|millions?|billions?|trillions?|milliards?|crores?|lakhs?|bn|mn|mln|mio|(?-i:[KM])"
    r"|hundred\s+thousand"
    r"|mil|miles\s+de\s+mill[oó]n(?:es)?|mill[oó]n|millones|millardos?|bill[oó]n|billones"
    r"|per\s*cent(?:age\s+points?)?|percentage\s+points?|pct|por\s*ciento|por\s+cien"
    r"|puntos?\s+porcentual(?:es)?|%|‰"
)
_SIGN = r"(?:US|MX|CA|C|A|AU|NZ|R)?\$|[€£¥₹¢₩₽₫฿₱₦৳៛₴₺]"
_CODE = "USD|EUR|GBP|AUD|CAD|CHF|MXN|BRL|INR|JPY|CNY|THB|KHR|NPR|BDT|PKR|ARS|COP|PEN|CLP|NGN|ZAR"
_CURRENCY = (
    rf"{_SIGN}|{_CODE}|dollars?|d[oó]lar(?:es)?|cents?|centavos?|c[eé]ntimos?|euros?|pounds?"
    "|libras?|pesos?|rupees?|rupias?|francs?|francos?|yen|yenes|yuan|yuanes|bahts?|riels?|soles"
)
# “40+ million”, “40 (million)”, “40 or more million”.
_GAP = r"(?:[\s\-+~(\"'“”«»]|(?:plus|or\s+more|o\s+más)\b){0,9}"
# A number written out is a number, before a scale; “one in four” and “two people” are words.
_WORD = (
    r"zero|half\s+an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundred|cero|medi[oa]|una?|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce"
    r"|trece|catorce|quince|dieci(?:séis|siete|ocho|nueve)"
    r"|veint(?:e|i(?:ún|un[oa]|dós|trés|cuatro|cinco|séis|siete|ocho|nueve))"
    r"|(?:tre|cuare|cincue|sese|sete|oche|nove)nta"
    r"|cien(?:to)?|(?:dos|tres|cuatro|seis|sete|ocho|nove)cient[oa]s|quinient[oa]s"
)
_WORDS = rf"\b(?:{_WORD})(?:(?:\s+(?:and|y|point|coma|punto))?[\s-]+(?:{_WORD})){{0,9}}"
BARE = re.compile(
    rf"(?<!\d){_NUMBER}{_GAP}(?:(?:{_SCALE}|{_CURRENCY})(?!\w))"
    rf"|{_WORDS}[\s-]+(?:{_SCALE})(?!\w)"
    rf"|(?:{_SIGN}|\b(?:{_CODE})){_SPACE}{{0,9}}\d[\d.,]*"
    rf"|(?<!\d)(?:\d{{2,3}}(?:{_GROUP}\d{{3}})+|\d(?:{_GROUP}\d{{3}}){{2,}})(?!\d)"
    r"|\d{5,}",
    re.IGNORECASE,
)
# What is not seen parts or joins nothing: soft hyphens, joiners, spaces without width.
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]")
_DASH = re.compile("[\u2010-\u2015\u2212]")


def keys(*bodies: str | None) -> set[str]:
    """Return the keys of all tokens in `bodies`."""
    return {key for body in bodies for key in TOKEN.findall(body or "")}


def bare_figures(html: str | None) -> list[str]:
    """Return each figure that `html` states without a token, as it is written there."""
    text = _as_read(TOKEN.sub(" … ", plain(html or "")))
    return [" ".join(found.group().split()) for found in BARE.finditer(text)]


def _as_read(text: str) -> str:
    """Return `text` as the eye takes it: full-width digits and odd dashes are plain ones."""
    plain_signs = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace("٪", "%")
    return " ".join(_DASH.sub("-", plain_signs).split())


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
