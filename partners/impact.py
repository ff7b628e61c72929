"""The public totals in words, rows and bars, and as data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from weintl.bars import Bar, draw, height
from weintl.money import Money

from .cloth import Part
from .hiding import Block, Owner, Published
from .models import Programme
from .totals import totals


@dataclass(frozen=True)
class Report:
    """All that may be shown of one currency, or of one programme in it; each list has its sum."""

    total: Money
    uses: list[Part]
    programmes: list[Bar]
    quarters: list[Bar]
    waiting: list[Part] = field(default_factory=list)

    @property
    def waiting_total(self) -> Money:
        """Return what stands in funds without a programme."""
        return Money.sum((part.money for part in self.waiting), currency=self.total.currency)

    @property
    def heights(self) -> dict[str, int]:
        """Return how high the drawings are."""
        return {"programmes": height(self.programmes), "quarters": height(self.quarters)}


def public_programmes() -> dict[Owner, Programme]:
    """Return the programmes that the site shows, by number."""
    return {row.pk: row for row in Programme.objects.public().select_related("partner")}


def reports(found: dict[str, Published], *, known: dict[Owner, Programme]) -> list[Report]:
    """Return what the page shows, one report a currency; none of what may not be shown."""
    return [
        Report(
            total=_total(shown.blocks, currency),
            uses=_uses(shown.blocks, currency),
            programmes=draw(
                ((*_owner(block, known), block.amount) for block in shown.blocks), currency
            ),
            quarters=draw(
                ((span(run.quarters), "", run.amount) for run in shown.periods), currency
            ),
            waiting=_uses([block for block in shown.blocks if block.owners == (None,)], currency),
        )
        for currency, shown in found.items()
        if shown.blocks
    ]


def attributed(programmes: Iterable[Programme]) -> list[Report]:
    """Return what came to `programmes` together, one report a currency.

    Without those that have too little to be shown; none while none has enough.
    """
    own = {programme.pk for programme in programmes}
    found = []
    for currency, shown in totals().items():
        blocks = [block for block in shown.blocks if own.issuperset(block.owners)]
        if blocks:
            blocks.sort(key=lambda block: (block.quarters[0], block.quarters[-1]))
            runs = ((span(block.quarters), "", block.amount) for block in blocks)
            found.append(
                Report(
                    total=_total(blocks, currency),
                    uses=_uses(blocks, currency),
                    programmes=[],
                    quarters=draw(runs, currency),
                )
            )
    return found


def span(quarters: tuple[date, ...]) -> str:
    """Write a run of quarters, such as "Q3 2026 – Q1 2027"."""
    first, last = (
        _("Q%(number)d %(year)d") % {"number": (day.month + 2) // 3, "year": day.year}
        for day in (quarters[0], quarters[-1])
    )
    return first if first == last else f"{first} – {last}"


def _total(blocks: Iterable[Block], currency: str) -> Money:
    return Money(sum(block.amount for block in blocks), currency)


def _uses(blocks: Iterable[Block], currency: str) -> list[Part]:
    found = []
    for block in blocks:
        use, words = _use(block)
        found.append(Part(use, Money(block.amount, currency), words))
    return found


def _use(block: Block) -> tuple[str, str]:
    """Return the stripe of a block and the words for it, "" for the stripe's own."""
    if len(block.uses) > 1:
        return "fund", _("Other uses, together")
    if block.uses[0]:
        return block.uses[0], ""
    return "fund", "" if block.owners == (None,) else _("For the programme as a whole")


def _owner(block: Block, known: dict[Owner, Programme]) -> tuple[str, str]:
    """Return the words for a block's programmes and where they lead."""
    if len(block.owners) > 1:
        return _("Others, together"), ""
    if block.owners == (None,):
        return _("Gifts that wait for a programme"), ""
    programme = known.get(block.owners[0])
    if programme is None:
        return _("Programmes that are no longer shown"), ""
    return programme.name, programme.get_absolute_url()
