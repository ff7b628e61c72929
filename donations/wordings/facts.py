"""What the words of receipts and yearly statements are made of."""

from dataclasses import dataclass

from weintl.money import Money


@dataclass(frozen=True, slots=True)
class Facts:
    """One gift, as its receipt tells of it.

    `paid` is the whole payment: the gift and what `advantage` (the fair value of goods or
    services) was for. `advantage_note` names those. `status` is what the organisation says of
    its own tax status, if anything.
    """

    organisation: str
    paid: Money
    gift: Money
    advantage: Money
    advantage_note: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """The gifts of a year, as a yearly statement tells of them.

    `has_advantages` says whether something of worth was given in return for any of them.
    """

    organisation: str
    year: int
    has_advantages: bool
    status: str = ""
