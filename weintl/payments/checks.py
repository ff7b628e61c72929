"""System checks: what would fail only when the first payment arrives fails at the start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from .handlers import PaymentHandler


def handlers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each purpose names a class that answers everything a payment can tell."""
    found: list[CheckMessage] = []
    for purpose, path in settings.PAYMENT_HANDLERS.items():
        try:
            handler = import_string(path)
        except ImportError as error:
            found.append(
                Error(
                    f"PAYMENT_HANDLERS[{purpose!r}] names {path}, which cannot be imported.",
                    hint=str(error),
                    id="payments.E001",
                )
            )
            continue
        if not (isinstance(handler, type) and issubclass(handler, PaymentHandler)):
            found.append(Error(f"{path} is no PaymentHandler.", id="payments.E002"))
            continue
        missing = sorted(getattr(handler, "__abstractmethods__", ()))
        if missing:
            found.append(
                Error(f"{path} does not answer: {', '.join(missing)}.", id="payments.E003")
            )
    return found


def keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A live key goes to the provider itself and nowhere else, and its events are verified."""
    if not settings.STRIPE_LIVE:
        return []
    found: list[CheckMessage] = []
    if settings.STRIPE_API_BASE:
        found.append(
            Error(
                "A live key must not be sent to STRIPE_API_BASE.",
                hint="Remove STRIPE_API_BASE, or use a test key.",
                id="payments.E004",
            )
        )
    if not settings.STRIPE_WEBHOOK_SECRETS:
        found.append(
            Error(
                "A live key needs STRIPE_WEBHOOK_SECRET.",
                hint="The provider's dashboard shows it beside the webhook endpoint.",
                id="payments.E005",
            )
        )
    return found
