"""Who gets what of a line sold. Pure: no clock, no database. Rules: docs/money.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from weintl.money import allocate, share

from .models.uses import PROGRAMME_USES

OWNED = "owned"
CONSIGNED = "consigned"
MILLION = 1_000_000


class NoRule(LookupError):
    """No approved split rule covers the product at that time."""


class Rule(Protocol):
    """What is read of a split rule; `partners.models.SplitRule` has it."""

    programme_id: int
    product_code: str
    maker_pay_amount: int
    programme_ppm: int
    currency: str
    approved_at: datetime | None
    effective: Any

    @property
    def weights(self) -> dict[str, int]:
        """Return {use: ppm}."""
        ...


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Terms:
    """A rule's numbers: maker pay a piece in minor units, the share and its uses in ppm."""

    maker_pay: int
    programme_ppm: int
    weights: dict[str, int]
    currency: str = "usd"

    def __post_init__(self) -> None:
        """Refuse what the database would refuse. Raises ValueError."""
        if self.maker_pay < 0 or not 0 <= self.programme_ppm <= MILLION:
            raise ValueError("Maker pay and share must not be negative, nor the share over all.")
        if sum(self.weights.values()) != MILLION or min(self.weights.values()) < 0:
            raise ValueError("The uses must sum to a million millionths.")
        if not set(self.weights) <= {use.value for use in PROGRAMME_USES}:
            raise ValueError("A programme's share goes to the four programme uses only.")


@dataclass(frozen=True, slots=True)
class UnitShare:
    """One piece's cents: net = maker + uses + operations; operations may be negative."""

    net: int
    tax: int
    maker: int
    uses: dict[str, int]
    operations: int


def terms(rule: Rule) -> Terms:
    """Return the numbers of `rule`."""
    return Terms(rule.maker_pay_amount, rule.programme_ppm, rule.weights, rule.currency)


def is_in_force(rule: Rule, *, at: datetime) -> bool:
    """Say whether `rule` is approved and its time (start included, end not) contains `at`."""
    start, end = rule.effective.lower, rule.effective.upper
    return (
        rule.approved_at is not None
        and (start is None or start <= at)
        and (end is None or at < end)
    )


def rule_for(programme_id: int, product_code: str, at: datetime, rules: Iterable[R]) -> R:
    """Return the rule for one product at one time: the product's own, else the programme's.

    Raises NoRule if neither is in force.
    """
    found = {
        rule.product_code: rule
        for rule in rules
        if rule.programme_id == programme_id
        and rule.product_code in ("", product_code)
        and is_in_force(rule, at=at)
    }
    if product_code in found:
        return found[product_code]
    if "" in found:
        return found[""]
    raise NoRule(f"No split rule covers {product_code} of programme {programme_id}.")


def split_line(
    *,
    net: int,
    tax: int,
    quantity: int,
    terms: Terms,
    supplies: Sequence[str],
    owned_costs: Sequence[int] = (),
) -> list[UnitShare]:
    """Return one UnitShare a piece; each component sums over them to the line's.

    `net` (after discounts) and `tax` are the whole line's minor units. `supplies` says
    "owned" or "consigned" for each piece, `owned_costs` what each owned one had cost, in
    the same order. The programme's share is rounded half up once for the line, divided
    over the uses, then over the pieces, each by largest remainder. Maker pay is whole a
    piece: no discount touches it, operations bears the rest. Raises ValueError.
    """
    if quantity < 1 or len(supplies) != quantity:
        raise ValueError("Each of the pieces, one or more, needs its supply.")
    if net < 0 or tax < 0:
        raise ValueError("Net price and tax must not be negative.")
    if not set(supplies) <= {OWNED, CONSIGNED} or len(owned_costs) != list(supplies).count(OWNED):
        raise ValueError("Each owned piece needs its cost, and only those.")
    costs = iter(owned_costs)
    makers = [next(costs) if supply == OWNED else terms.maker_pay for supply in supplies]
    if min(makers) < 0:
        raise ValueError("A cost must not be negative.")
    even = [1] * quantity
    uses = allocate(share(net, terms.programme_ppm), list(terms.weights.values()))
    by_use = {use: allocate(amount, even) for use, amount in zip(terms.weights, uses, strict=True)}
    nets, taxes = allocate(net, even), allocate(tax, even)
    units = []
    for index in range(quantity):
        vector = {use: amounts[index] for use, amounts in by_use.items()}
        rest = nets[index] - makers[index] - sum(vector.values())
        units.append(UnitShare(nets[index], taxes[index], makers[index], vector, rest))
    return units


def preview(terms: Terms, *, price: int) -> UnitShare:
    """Return what one consigned piece at `price` (minor units, before tax) pays for."""
    return split_line(net=price, tax=0, quantity=1, terms=terms, supplies=[CONSIGNED])[0]
