"""Numbers in a text that need a source: those with a scale, a per cent sign or a currency.

Also those of five digits and more, and those in words with a scale. What is found here is
refused by those who keep texts: `awareness.figures`, `weintl.media.words`.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.backends.base.base import BaseDatabaseWrapper
from simple_history.models import HistoricalChanges

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


def bare_figures(text: str) -> list[str]:
    """Return each figure that the plain `text` states, as it is written there."""
    return [" ".join(found.group().split()) for found in BARE.finditer(_as_read(text))]


def _as_read(text: str) -> str:
    """Return `text` as the eye takes it: full-width digits and odd dashes are plain ones."""
    plain_signs = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).replace("٪", "%")
    return " ".join(_DASH.sub("-", plain_signs).split())


class Refusing:
    """A column that refuses words on every way into the database, before its field's own class.

    Forms refuse with a validator. `get_db_prep_save` stands behind them on all else: save,
    create, bulk_create, update, bulk_update, fixtures. Migrations know the column as `stored_as`.
    """

    refuse: "ClassVar[staticmethod[[str], None]]"
    stored_as: ClassVar[str]
    model: Any

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuse what `refuse` refuses. Raises ValidationError.

        History keeps what was there, also when a faulty row is deleted or mended.
        """
        if isinstance(value, str) and not issubclass(self.model, HistoricalChanges):
            self.refuse(value)
        return super().get_db_prep_save(value, connection)  # type: ignore[misc]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column for migrations, which know it as what it is derived from."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, self.stored_as, args, kwargs
