"""Test cards and what they do. Source: copies of docs.stripe.com/testing; see the docs page."""

from dataclasses import dataclass
from typing import Any

from .shapes import new_id, shape
from .storage import Record
from .world import World


@dataclass(frozen=True)
class Decline:
    """Why a card is refused: Stripe's codes and its sentence."""

    code: str
    decline_code: str
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NUMBER = Decline("incorrect_number", "incorrect_number", "Your card number is incorrect.")
AUTHENTICATION = Decline(
    "payment_intent_authentication_failure",
    "authentication_failure",
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again.",
)
SETUP_AUTHENTICATION = Decline(
    "setup_intent_authentication_failure", "authentication_failure", AUTHENTICATION.message
)
# What a bank says that wants its customer there, while nobody is.
NEEDS_PAYER = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
DECLINES = {
    "4000000000000002": GENERIC,
    "4000000000000341": GENERIC,
    "4000000000009995": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "4000000000009987": Decline("card_declined", "lost_card", GENERIC.message),
    "4000000000009979": Decline("card_declined", "stolen_card", GENERIC.message),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "4000000000000119": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
}
SUCCEEDS = "4242424242424242"
AVAILABLE_AT_ONCE = "4000000000000077"
DISPUTED = "4000000000000259"
# Taken as somebody's card all the same; only its charges are declined.
ATTACHES = "4000000000000341"
REFUND_FAILS = "4000000000005126"
# Asks each time; the other one once, and not for renewals.
ASKS_ALWAYS = "4000002760003184"
SECOND_STEP = {ASKS_ALWAYS, "4000002500003155"}
ACCEPTED = {
    SUCCEEDS,
    AVAILABLE_AT_ONCE,
    DISPUTED,
    REFUND_FAILS,
    "4000000000007726",
    "5555555555554444",
}
BRANDS = {"4": "visa", "5": "mastercard"}


def digits(text: str) -> str:
    """Return the card number without the blanks and dashes that people type."""
    return "".join(letter for letter in text if letter.isdigit())


def decline_of(number: str) -> Decline | None:
    """Return why the card is refused, or None if it is not. An unknown number is refused."""
    if number in ACCEPTED or number in SECOND_STEP:
        return None
    return DECLINES.get(number, NUMBER)


def decline_off_session(number: str) -> Decline | None:
    """Return why a renewal with the card is refused, None if it is not."""
    return NEEDS_PAYER if number == ASKS_ALWAYS else decline_of(number)


def decline_at_setup(number: str) -> Decline | None:
    """Return why the card is not taken for later, None if it is."""
    return None if number == ATTACHES else decline_of(number)


def card_details(number: str) -> dict[str, Any]:
    """Return what the provider tells of a card; never its number."""
    brand = BRANDS.get(number[:1], "unknown")
    return {
        "brand": brand,
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"fp{number[-8:]}",
        "funding": "credit",
        "last4": number[-4:],
    }


def method_details(number: str | None) -> dict[str, Any]:
    """Return a charge's `payment_method_details`; without a number it is a bank debit."""
    if number is None:
        bank = {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STAND-IN BANK",
            "fingerprint": "fpbank6789",
            "last4": "6789",
            "mandate": None,
            "payment_reference": None,
            "routing_number": "110000000",
        }
        return {"type": "us_bank_account", "us_bank_account": bank}
    card = card_details(number)
    checks = {
        "address_line1_check": None,
        "address_postal_code_check": None,
        "cvc_check": "pass",
    }
    more = {
        "amount_authorized": None,
        "authorization_code": None,
        "checks": checks,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }
    return {"type": "card", "card": {**card, **more}}


def make_method(world: World, *, number: str | None, billing: dict[str, Any]) -> Record:
    """Store and return the payment method that a payer typed in."""
    kind = "card" if number else "us_bank_account"
    body = shape(
        "payment_method",
        id=new_id("pm_1"),
        billing_details=billing,
        created=world.now(),
        type=kind,
    )
    details = method_details(number)[kind]
    if number:
        wanted = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
        body["card"] = {
            **{name: details[name] for name in (*wanted, "last4", "regulated_status", "wallet")},
            "display_brand": details["brand"],
            "generated_from": None,
            "networks": {"available": [details["brand"]], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        }
    else:
        body["us_bank_account"] = {
            name: details[name]
            for name in ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4")
        } | {"routing_number": "110000000"}
    # Renewals charge it again; the number itself is never shown.
    return world.store.put("payment_method", body, number=number or "")
