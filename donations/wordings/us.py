"""The United States: written acknowledgment, and disclosure where something was given in return.

Source: Internal Revenue Service, Publication 1771, Charitable Contributions: Substantiation and
Disclosure Requirements (https://www.irs.gov/pub/irs-pdf/p1771.pdf). From $250 the donor needs
the organisation's name, the amount, and that no goods or services were given, or what they were
and a good-faith estimate of their value. Of a payment above $75 that is partly for goods or
services, the donor must be told that only the excess over their value can be deducted, and the
estimate. Every receipt says both, whatever the amount. One statement may acknowledge all the
contributions of a year.
"""

from django.utils.translation import gettext as _

from weintl.money.formatting import format_money

from .facts import Facts, YearFacts

VERSION = "us-1771-1"
YEAR_VERSION = "us-1771-year-1"


def paragraphs(facts: Facts) -> list[str]:
    """Return the paragraphs in the active language."""
    found = [_("Thank you. %(name)s received this contribution in money.") % _name(facts)]
    if facts.advantage:
        words = {
            "paid": format_money(facts.paid),
            "note": facts.advantage_note,
            "value": format_money(facts.advantage),
            "gift": format_money(facts.gift),
        }
        found += [
            _(
                "In exchange for your payment of %(paid)s you received: %(note)s. Our good-faith"
                " estimate of their fair market value is %(value)s."
            )
            % words,
            _(
                "The amount that you can deduct for federal income tax is limited to the excess of"
                " your payment over that value: %(gift)s."
            )
            % words,
        ]
    else:
        found.append(
            _("%(name)s provided no goods or services in exchange for this contribution.")
            % _name(facts)
        )
    if facts.status:
        found.append(facts.status)
    return [*found, _("Keep this receipt for your tax records.")]


def year_paragraphs(facts: YearFacts) -> list[str]:
    """Return the paragraphs of a yearly statement in the active language."""
    words = {**_name(facts), "year": facts.year}
    found = [_("Thank you. %(name)s received these contributions in money in %(year)s.") % words]
    if facts.has_advantages:
        found.append(
            _(
                "For the contributions with an amount under “given in return”, goods or services"
                " were provided; the amount is our good-faith estimate of their fair market value."
                " What you can deduct for federal income tax is limited to the excess over it. For"
                " all others %(name)s provided no goods or services in exchange."
            )
            % words
        )
    else:
        found.append(
            _("%(name)s provided no goods or services in exchange for these contributions.") % words
        )
    if facts.status:
        found.append(facts.status)
    return [*found, _("Keep this statement for your tax records.")]


def _name(facts: Facts | YearFacts) -> dict[str, str]:
    return {"name": facts.organisation}
