"""Where no country's law is known: what was received, and no word on taxes."""

from django.utils.translation import gettext as _

from weintl.money.formatting import format_money

from .facts import Facts, YearFacts

VERSION = "general-1"
YEAR_VERSION = "general-year-1"


def paragraphs(facts: Facts) -> list[str]:
    """Return the paragraphs in the active language."""
    words = {"organisation": facts.organisation, "gift": format_money(facts.gift)}
    found = [_("%(organisation)s confirms that it received this gift of %(gift)s.") % words]
    if facts.advantage:
        found.append(
            _("The payment of %(paid)s was also for %(note)s, worth %(value)s. That is no gift.")
            % {
                "paid": format_money(facts.paid),
                "note": facts.advantage_note,
                "value": format_money(facts.advantage),
            }
        )
    else:
        found.append(_("You were given nothing in return."))
    if facts.status:
        found.append(facts.status)
    return [*found, _("Whether a gift lowers your taxes depends on where you pay them.")]


def year_paragraphs(facts: YearFacts) -> list[str]:
    """Return the paragraphs of a yearly statement in the active language."""
    words = {"organisation": facts.organisation, "year": facts.year}
    found = [
        _("%(organisation)s confirms that it received these gifts in %(year)s, and kept them.")
        % words
    ]
    if facts.has_advantages:
        found.append(_("What was given in return is taken off: that part is no gift."))
    else:
        found.append(_("You were given nothing in return."))
    if facts.status:
        found.append(facts.status)
    return [*found, _("Whether a gift lowers your taxes depends on where you pay them.")]
