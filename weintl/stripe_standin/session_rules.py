"""What Stripe asks of a new Checkout Session beyond the types of its parameters."""

from typing import Any
from urllib.parse import urlsplit

from . import calendars, money
from .errors import ApiError, unsupported
from .parameters import missing_param
from .world import DAY, World

# Stored and shown as given; nothing about the payment depends on them here.
ECHOED = (
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "billing_address_collection",
    "branding_settings",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_creation",
    "customer_email",
    "excluded_payment_method_types",
    "integration_identifier",
    "locale",
    "metadata",
    "name_collection",
    "origin_context",
    "payment_method_collection",
    "phone_number_collection",
    "submit_type",
    "success_url",
    "ui_mode",
    "wallet_options",
)
# Taken, and without any effect here.
QUIET = (
    "adaptive_pricing",
    "currency",
    "expand",
    "expires_at",
    "line_items",
    "managed_payments",
    "mode",
    "payment_intent_data",
    "payment_method_options",
    "redirect_on_completion",
    "setup_intent_data",
    "subscription_data",
)
TEXTS = ("consent_collection", "custom_text")
SWITCHES = ("automatic_tax", "invoice_creation", "tax_id_collection")
INTENT_DATA = {
    "capture_method",
    "description",
    "metadata",
    "receipt_email",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
}
# What belongs to another mode.
OTHERS = {
    "payment": ("subscription_data", "setup_intent_data"),
    "setup": ("line_items", "payment_intent_data", "subscription_data", "submit_type",
              "allow_promotion_codes", "invoice_creation"),
    "subscription": ("payment_intent_data", "setup_intent_data", "customer_creation"),
}  # fmt: skip
PLAIN_DATA = {"description", "metadata"}
SHORTEST, LONGEST = 30 * 60, DAY
MAX_LINES = 100


def hold(given: dict[str, Any], *, world: World) -> None:
    """Raise ApiError for what Stripe refuses, or what the stand-in does not imitate."""
    _hold_mode(given)
    _hold_addresses(given)
    _hold_customer(given, world=world)
    _hold_expiry(given, now=world.now())
    known = {*ECHOED, *QUIET, *TEXTS, *SWITCHES}
    for name in given:
        if name not in known:
            raise unsupported(name, why="leave it out here.")
    for name in SWITCHES:
        if given.get(name, {}).get("enabled"):
            raise unsupported(f"{name}[enabled]", why="only false is taken.")
    if len(given.get("client_reference_id", "")) > 200:
        raise ApiError(
            "Invalid string: client_reference_id must have at most 200 characters.",
            param="client_reference_id",
        )
    if given["mode"] == "setup":
        _hold_currency(given)
    else:
        _hold_lines(given)


def _hold_mode(given: dict[str, Any]) -> None:
    mode = given.get("mode")
    if mode is None:
        raise missing_param("mode")
    if mode not in OTHERS:
        raise unsupported("mode", why=f"`{mode}` is not taken.")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("ui_mode", why="only `hosted_page` is taken.")
    for name in OTHERS[mode]:
        if name in given:
            raise ApiError(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "payment" and given.get("submit_type") == "subscribe":
        raise ApiError(
            "You can not pass `submit_type` `subscribe` in `payment` mode.", param="submit_type"
        )
    for holder in ("subscription_data", "setup_intent_data"):
        for name in given.get(holder, {}):
            if name not in PLAIN_DATA:
                raise unsupported(f"{holder}[{name}]", why="leave it out here.")
    data = given.get("payment_intent_data", {})
    for name in data:
        if name not in INTENT_DATA:
            raise unsupported(f"payment_intent_data[{name}]", why="leave it out here.")
    if data.get("capture_method") == "manual":
        raise unsupported("payment_intent_data[capture_method]", why="`manual` is not taken.")


def _hold_addresses(given: dict[str, Any]) -> None:
    if "success_url" not in given:
        raise missing_param("success_url")
    for name in ("success_url", "cancel_url"):
        if name not in given:
            continue
        parts = urlsplit(given[name])
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ApiError("Not a valid URL", code="url_invalid", param=name)


def _hold_customer(given: dict[str, Any], *, world: World) -> None:
    if "customer" in given and "customer_email" in given:
        raise ApiError("You may only specify one of these parameters: customer, customer_email.")
    if "customer" in given and "customer_creation" in given:
        raise ApiError(
            "`customer_creation` can not be used with `customer`.", param="customer_creation"
        )
    if "customer" in given:
        world.need("customer", given["customer"], param="customer", status=400)
    if "customer_email" in given and "@" not in given["customer_email"]:
        raise ApiError(
            f"Invalid email address: {given['customer_email']}",
            code="email_invalid",
            param="customer_email",
        )


def _hold_expiry(given: dict[str, Any], *, now: int) -> None:
    if "expires_at" not in given:
        return
    seconds = given["expires_at"] - now
    if seconds < SHORTEST:
        raise ApiError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if seconds > LONGEST:
        raise ApiError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _hold_currency(given: dict[str, Any]) -> None:
    """Nothing is paid in `setup` mode; the currency says which ways of paying are offered."""
    if "currency" not in given:
        raise missing_param("currency")
    money.known_currency(given["currency"].lower(), param="currency")


def _hold_lines(given: dict[str, Any]) -> None:
    lines = given.get("line_items")
    if not lines:
        raise missing_param("line_items")
    if len(lines) > MAX_LINES:
        raise ApiError(f"You may have at most {MAX_LINES} line items.", param="line_items")
    if given["mode"] == "subscription" and len(lines) > 1:
        raise unsupported("line_items", why="one recurring line is taken.")
    for number, line in enumerate(lines):
        _hold_line(line, path=f"line_items[{number}]", mode=given["mode"])
    currencies = {line["price_data"]["currency"].lower() for line in lines}
    if len(currencies) > 1:
        raise ApiError(
            "The currency of all line items must be the same in `payment` mode.",
            param="line_items",
        )
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)
    if total < money.MINIMUM:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least "
            f"{money.MINIMUM} in the smallest unit of the currency.",
            code="amount_too_small",
        )


def _hold_line(line: dict[str, Any], *, path: str, mode: str) -> None:
    if "price" in line:
        raise ApiError(
            f"No such price: '{line['price']}'", code="resource_missing", param=f"{path}[price]"
        )
    for name in ("adjustable_quantity", "tax_rates"):
        if name in line:
            raise unsupported(f"{path}[{name}]", why="leave it out here.")
    if "price_data" not in line:
        raise missing_param(f"{path}[price_data]")
    if "quantity" not in line:
        raise missing_param(f"{path}[quantity]")
    price = line["price_data"]
    if "product" in price:
        raise ApiError(
            f"No such product: '{price['product']}'",
            code="resource_missing",
            param=f"{path}[price_data][product]",
        )
    if "product_data" not in price:
        raise missing_param(f"{path}[price_data][product_data]")
    _hold_recurring(price, path=f"{path}[price_data][recurring]", mode=mode)
    if "unit_amount_decimal" in price:
        raise unsupported(f"{path}[price_data][unit_amount_decimal]", why="use unit_amount.")
    if "unit_amount" not in price:
        raise missing_param(f"{path}[price_data][unit_amount]")
    money.known_currency(price["currency"].lower(), param=f"{path}[price_data][currency]")
    for name, amount, least in (
        ("[price_data][unit_amount]", price["unit_amount"], 0),
        ("[quantity]", line["quantity"], 1),
    ):
        if not least <= amount <= 99_999_999:
            raise ApiError(
                f"Invalid integer: {amount}",
                code="parameter_invalid_integer",
                param=f"{path}{name}",
            )


def _hold_recurring(price: dict[str, Any], *, path: str, mode: str) -> None:
    recurring = price.get("recurring")
    if mode == "payment" and recurring is not None:
        raise ApiError(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param=path,
        )
    if mode == "payment":
        return
    if recurring is None:
        raise ApiError(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            param=path,
        )
    is_known = recurring.get("interval") in calendars.MONTHS
    if not is_known or recurring.get("interval_count", 1) != 1:
        raise unsupported(path, why="one `month` or one `year` is taken.")
