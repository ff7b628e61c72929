"""Columns: how a value is written into a cell, and read back from it.

What is read is compared with what is written, so that a file that was handed out and comes back
as it was changes nothing.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from weintl.money import exponent

YES, NO = "yes", "no"
BOTH = {"yes": True, "y": True, "1": True, "true": True, "sí": True, "si": True, "s": True}
BOTH |= {"no": False, "n": False, "0": False, "false": False}
MOST = 2_147_483_647


class TextWidget(Widget):
    """Words as they are, with the line ends of one system and no blanks around them."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the words."""
        return spaced(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the words."""
        return spaced(value)


def spaced(value: Any) -> str:
    """Return words with line feeds only, without blanks around; nothing for None."""
    return str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


class TextField(Field):
    """Words. Those that differ in blanks or line ends only are left as they are."""

    def __init__(self, attribute: str) -> None:
        """Stand in a column of the same name."""
        super().__init__(attribute=attribute, column_name=attribute, widget=TextWidget())

    def get_value(self, instance: Any) -> Any:
        """Return the words as they are compared."""
        return spaced(super().get_value(instance))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set other words."""
        words = self.clean(row, **kwargs)
        if words != self.get_value(instance):
            setattr(instance, str(self.attribute), words)


class NumberWidget(Widget):
    """A whole number, zero or more; nothing where it may be left out."""

    def __init__(self, *, is_optional: bool) -> None:
        """Say whether the cell may be empty."""
        super().__init__()
        self.is_optional = is_optional

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """Return the number. Raises ValueError."""
        text = str(value or "").strip()
        if not text and self.is_optional:
            return None
        if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MOST:
            raise ValueError(_("“%(text)s” is no whole number.") % {"text": text[:40]})
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Return the digits."""
        return "" if value is None else value


class AmountWidget(Widget):
    """Minor units of the shop's currency, written as a decimal amount."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        """Return minor units of 26.00 or 26,00, exactly. Raises ValueError."""
        places = exponent(settings.BASE_CURRENCY)
        text = str(value or "").strip()
        behind = rf"(?:[.,]([0-9]{{1,{places}}}))?" if places else "()"
        found = re.fullmatch(rf"([0-9]{{1,9}}){behind}", text)
        if not found:
            raise ValueError(
                _("“%(text)s” is no amount. Type it like 1200.50, without a sign or a currency.")
                % {"text": text[:40]}
            )
        whole, part = found[1], (found[2] or "").ljust(places, "0")
        return int(whole + part)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Return a decimal amount."""
        places = exponent(settings.BASE_CURRENCY)
        return "" if value is None else Decimal(value).scaleb(-places)


class FlagWidget(Widget):
    """Yes or no, in both languages."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Return which. Raises ValueError."""
        text = str(value or "").strip().lower()
        if text not in BOTH:
            raise ValueError(_("Type yes or no, not “%(text)s”.") % {"text": text[:40]})
        return BOTH[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the word for machines."""
        return YES if value else NO


class OneField(Field):
    """One row of another table by its code. The table is read once for a whole file."""

    def __init__(
        self,
        attribute: str,
        *,
        code: Callable[[Any], str],
        lacks: Any,
        rows: Callable[[], Iterable[Any]] = list,
        column: str = "",
    ) -> None:
        """Take how a row is called, the words for a code that no row has, and all rows.

        `lacks` takes %(code)s. An empty cell is no row; the resource says whether it must be one.
        """
        super().__init__(attribute=attribute, column_name=column or attribute)
        self.code, self.lacks, self.rows = code, lacks, rows
        self.known: dict[str, Any] | None = None

    def named(self, code: str) -> Any:
        """Return the row that is called so. Raises ValueError."""
        if self.known is None:
            self.known = {self.code(row): row for row in self.rows()}
        if code not in self.known:
            raise ValueError(str(self.lacks) % {"code": code[:60]})
        return self.known[code]

    def clean(self, row: Any, **kwargs: Any) -> Any:
        """Return the row, None for an empty cell. Raises ValueError for an unknown code."""
        code = str(row[self.column_name] or "").strip()
        return self.named(code) if code else None

    def get_value(self, instance: Any) -> str:
        """Return the code."""
        key = getattr(instance, f"{self.attribute}_id", None)
        return self.code(getattr(instance, str(self.attribute))) if key else ""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set it."""
        setattr(instance, str(self.attribute), self.clean(row, **kwargs))

    def export(self, instance: Any, **kwargs: Any) -> str:
        """Return the code."""
        return self.get_value(instance)


class ManyField(OneField):
    """Several rows of another table by their codes, with commas between."""

    @property
    def _wanted(self) -> str:
        return f"_wanted_{self.attribute}"

    @property
    def _noted(self) -> str:
        return f"_noted_{self.attribute}"

    def clean(self, row: Any, **kwargs: Any) -> list[Any]:
        """Return the rows. Raises ValueError for an unknown code."""
        codes = [code.strip() for code in str(row[self.column_name] or "").split(",")]
        return [self.named(code) for code in dict.fromkeys(codes) if code]

    def note(self, instance: Any) -> None:
        """Remember what a row has: its copy, with which it is compared, would ask once more."""
        instance.__dict__[self._noted] = self._written(
            getattr(instance, str(self.attribute)).all() if instance.pk else []
        )

    def get_value(self, instance: Any) -> str:
        """Return the codes in the order of the alphabet."""
        if instance is None:
            return ""
        if self._wanted in instance.__dict__:
            return self._written(instance.__dict__[self._wanted])
        if self._noted not in instance.__dict__:
            self.note(instance)
        return str(instance.__dict__[self._noted])

    def _written(self, rows: Iterable[Any]) -> str:
        return ", ".join(sorted(self.code(row) for row in rows))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Keep what is wanted until the row itself is stored."""
        instance.__dict__[self._wanted] = self.clean(row, **kwargs)

    def store(self, instance: Any) -> None:
        """Store what is wanted of a stored row."""
        if self._wanted in instance.__dict__:
            getattr(instance, str(self.attribute)).set(instance.__dict__[self._wanted])


class ToldField(Field):
    """Yes or no, to be read only: another value than there is is refused in words."""

    def __init__(self, attribute: str, column_name: str, *, refusal: Any) -> None:
        """Take the words."""
        super().__init__(attribute=attribute, column_name=column_name, widget=FlagWidget())
        self.refusal = refusal

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Set nothing. Raises ValueError where the cell says something else."""
        if str(row[self.column_name] or "").strip() == "":
            return
        if self.clean(row, **kwargs) != getattr(instance, str(self.attribute)):
            raise ValueError(str(self.refusal))
