"""Fees and exchange: assumptions, named here once. Amounts are whole minor units.

Stripe's real fees depend on the contract, the card and the country; nothing may rely on these.
"""

from decimal import ROUND_HALF_UP, Decimal

from .errors import ApiError

# 2.9 % + 30 for each charge, in the currency of settlement.
FEE_PER_MILLE = 29
FEE_FIXED = 30
DISPUTE_FEE = 1500
MINIMUM = 50

# US dollars for one unit, fixed so that every run gives the same cents.
RATES = {
    "usd": Decimal("1"),
    "ars": Decimal("0.001"),
    "aud": Decimal("0.65"),
    "brl": Decimal("0.18"),
    "cad": Decimal("0.73"),
    "chf": Decimal("1.13"),
    "clp": Decimal("0.00105"),
    "cop": Decimal("0.00024"),
    "eur": Decimal("1.08"),
    "gbp": Decimal("1.27"),
    "gtq": Decimal("0.13"),
    "inr": Decimal("0.0119"),
    "jpy": Decimal("0.0066"),
    "mxn": Decimal("0.055"),
    "pen": Decimal("0.27"),
    "php": Decimal("0.0172"),
    "sek": Decimal("0.095"),
    "thb": Decimal("0.029"),
}
ZERO_DECIMAL = {"clp", "jpy"}


def known_currency(code: str, *, param: str) -> str:
    """Return the code. Raises ApiError for a currency that the stand-in has no rate for."""
    if code not in RATES:
        raise ApiError(
            f"Invalid currency: {code}. The stand-in supports: {', '.join(RATES)}", param=param
        )
    return code


def fee(amount: int) -> int:
    """Return the fee of a charge of `amount`, half a cent up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def rate(currency: str, *, into: str) -> Decimal | None:
    """Return how many minor units of `into` one of `currency` gives; None if they are the same."""
    if currency == into:
        return None
    value = RATES[currency] / RATES[into]
    value *= Decimal(10) ** (exponent(into) - exponent(currency))
    return value.quantize(Decimal("0.000001"))


def convert(amount: int, *, at: Decimal | None) -> int:
    """Return `amount` at an exchange rate, half a unit away from zero."""
    if at is None:
        return amount
    return int((amount * at).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exponent(currency: str) -> int:
    """Return how many decimals the currency has."""
    return 0 if currency in ZERO_DECIMAL else 2


def written(amount: int, *, currency: str, language: str = "en") -> str:
    """Return the amount for people, e.g. `USD 25.00` or `25,00 USD`."""
    places = exponent(currency)
    number = f"{Decimal(amount).scaleb(-places):,.{places}f}"
    if language == "es":
        return f"{number.translate(str.maketrans(',.', '.,'))} {currency.upper()}"
    return f"{currency.upper()} {number}"
