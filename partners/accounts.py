"""Names of the ledger's accounts: what each kind is, and the code it stands under."""

from dataclasses import dataclass

from weintl.payments.models import Way

from .models.ledger import Account

Kind = Account.Kind

CREDIT_NORMAL = frozenset(
    {
        Kind.MAKER_PAYABLE,
        Kind.FUND,
        Kind.TAX,
        Kind.CUSTOMER_DEPOSITS,
        Kind.PAYOUT_TRANSIT,
        Kind.SALES,
        Kind.SHIPPING,
        Kind.FEE_COVER,
    }
)
# What is owed to people or on its way to them never falls below zero, nor does a box of cash.
FLOORED = frozenset(
    {Kind.MAKER_PAYABLE, Kind.CUSTOMER_DEPOSITS, Kind.PAYOUT_TRANSIT, Kind.CASH_BOX}
)


@dataclass(frozen=True, slots=True)
class AccountRef:
    """One account by meaning; the row is made when something is first posted to it."""

    kind: Kind
    currency: str
    programme_code: str = ""
    use: str = ""

    @property
    def code(self) -> str:
        """Return the account's code: `kind:currency[:programme[:use]]`, `*` for no programme."""
        parts = [str(self.kind.value), self.currency]
        if self.programme_code or self.use:
            parts.append(self.programme_code or "*")
        if self.use:
            parts.append(self.use)
        return ":".join(parts)

    @property
    def is_credit_normal(self) -> bool:
        """Say whether credits make the account grow (debts, funds, income)."""
        return self.kind in CREDIT_NORMAL

    @property
    def has_floor(self) -> bool:
        """Say whether the database refuses a balance below zero."""
        return self.kind in FLOORED


def provider(currency: str) -> AccountRef:
    """Name our balance at the payment provider."""
    return AccountRef(Kind.PROVIDER, currency)


def bank(currency: str) -> AccountRef:
    """Name our bank account."""
    return AccountRef(Kind.BANK, currency)


def cash_box(currency: str) -> AccountRef:
    """Name the cash that staff keep."""
    return AccountRef(Kind.CASH_BOX, currency)


def holding(way: str, currency: str) -> AccountRef:
    """Name where money lies that came, or leaves, by a way: provider, cash box or bank."""
    places = {Way.PROVIDER: provider, Way.CASH: cash_box, Way.BANK: bank}
    return places[Way(way)](currency)


def cash_difference(currency: str) -> AccountRef:
    """Name what was missing in the cash box, less what was found; operations bears it."""
    return AccountRef(Kind.CASH_DIFFERENCE, currency)


def inventory(currency: str) -> AccountRef:
    """Name the pieces that we own, at their cost."""
    return AccountRef(Kind.INVENTORY, currency)


def dispute_receivable(currency: str) -> AccountRef:
    """Name what is contested and not decided."""
    return AccountRef(Kind.DISPUTE_RECEIVABLE, currency)


def refund_suspense(currency: str) -> AccountRef:
    """Name refunds made at the provider whose pieces nobody has named yet."""
    return AccountRef(Kind.REFUND_SUSPENSE, currency)


def sales(currency: str) -> AccountRef:
    """Name the net price of pieces sold."""
    return AccountRef(Kind.SALES, currency)


def shipping(currency: str) -> AccountRef:
    """Name what shoppers paid for delivery."""
    return AccountRef(Kind.SHIPPING, currency)


def tax(currency: str) -> AccountRef:
    """Name the tax that is owed."""
    return AccountRef(Kind.TAX, currency)


def fee_cover(currency: str) -> AccountRef:
    """Name what donors paid so that the fee does not touch their gift."""
    return AccountRef(Kind.FEE_COVER, currency)


def customer_deposits(currency: str) -> AccountRef:
    """Name what is owed back to shoppers whose order could not be filled."""
    return AccountRef(Kind.CUSTOMER_DEPOSITS, currency)


def fees(currency: str) -> AccountRef:
    """Name the provider's real fees."""
    return AccountRef(Kind.FEES, currency)


def goodwill(currency: str) -> AccountRef:
    """Name what was given back beyond any claim; operations bears it."""
    return AccountRef(Kind.GOODWILL, currency)


def write_off(currency: str) -> AccountRef:
    """Name pieces lost or spoilt."""
    return AccountRef(Kind.WRITE_OFF, currency)


def artisan_cost(currency: str) -> AccountRef:
    """Name maker pay for consigned pieces sold."""
    return AccountRef(Kind.ARTISAN_COST, currency)


def cogs(currency: str) -> AccountRef:
    """Name the cost of owned pieces sold."""
    return AccountRef(Kind.COGS, currency)


def programme_cost(currency: str) -> AccountRef:
    """Name programme shares of sales."""
    return AccountRef(Kind.PROGRAMME_COST, currency)


def dispute_fee(currency: str) -> AccountRef:
    """Name what the provider takes for a dispute."""
    return AccountRef(Kind.DISPUTE_FEE, currency)


def dispute_loss(currency: str) -> AccountRef:
    """Name what was lost in disputes."""
    return AccountRef(Kind.DISPUTE_LOSS, currency)


def maker_payable(currency: str, programme_code: str) -> AccountRef:
    """Name what is owed to a programme's makers."""
    return AccountRef(Kind.MAKER_PAYABLE, currency, programme_code)


def fund(currency: str, programme_code: str = "", use: str = "") -> AccountRef:
    """Name a fund: of a programme, a use, both, or (neither) where it is most needed."""
    return AccountRef(Kind.FUND, currency, programme_code, use)


def payout_transit(currency: str, programme_code: str) -> AccountRef:
    """Name what is approved for a programme and not yet at its bank."""
    return AccountRef(Kind.PAYOUT_TRANSIT, currency, programme_code)
