"""What donors are compared by: forms of addresses and names that PostgreSQL keeps beside them."""

from django.db.models import Case, CharField, F, Func, Value, When
from django.db.models.functions import Concat, Lower, Replace, Upper
from django.db.models.lookups import In

# Providers that read a name with dots and one without as the same mailbox.
DOTLESS = ("gmail.com", "googlemail.com")
# A postal code among the lines of an address: five digits of the United States with or without
# their four more, four to seven of others, or letters and digits as in Britain and Canada.
POSTCODE = r"\m(\d{5}-\d{4}|\d{4,7}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\M"


def _part(number: int) -> Func:
    return Func(
        Lower("email"), Value("@"), Value(number), function="split_part", output_field=CharField()
    )


def mailbox() -> Case:
    """Return an address as its mailbox: lower case, no tag behind a plus, no dots where idle."""
    name = Func(
        _part(1), Value(r"\+.*$"), Value(""), function="regexp_replace", output_field=CharField()
    )
    return Case(
        When(
            In(_part(2), list(DOTLESS)),
            then=Concat(Replace(name, Value("."), Value("")), Value("@gmail.com")),
        ),
        default=Concat(name, Value("@"), _part(2)),
        output_field=CharField(),
    )


def plain_name() -> Func:
    """Return a name in lower case with single spaces."""
    return Func(
        Lower("name"), Value(r"\s+"), Value(" "), Value("g"), function="regexp_replace",
        output_field=CharField(),
    )  # fmt: skip


def postcode() -> Func:
    """Return the first postal code in an address; NULL where there is none."""
    return Func(
        Upper(F("address")), Value(POSTCODE), function="substring", output_field=CharField()
    )
