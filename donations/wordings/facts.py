"""What the words of a receipt are made of."""

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
