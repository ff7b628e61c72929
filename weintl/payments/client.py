"""The provider's SDK, set up once a process; the only place that imports it.

Answers are plain dicts: the SDK's objects are no dicts, and storing or comparing them fails
in surprising ways. Facts about the API that the calls rely on: docs/operations/stripe.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any

import stripe
from django.conf import settings

API_VERSION = "2026-10-28.endive"
RETRIES = 2
PAGE = 100
# So many requests of one process may wait for the provider at once, fewer than it has threads:
# while the provider hangs, pages for readers and the quick exit still find a free one.
AT_ONCE = 8
WAIT_SECONDS = 2
_slots = BoundedSemaphore(AT_ONCE)

Json = dict[str, Any]


class Unavailable(Exception):
    """The provider did not answer, or asks to come back later. Trying again may help."""


class Broken(Unavailable):
    """The provider failed inside. It replays that failure for the same idempotency key.

    Whether the request had an effect is not known: look before sending it under a new key.
    """


class Refused(Exception):
    """The provider will not do this, however often it is asked. `code` and `param` say why."""

    def __init__(self, message: str, *, code: str = "", param: str = "") -> None:
        """Keep the provider's code and the parameter that it names."""
        super().__init__(message)
        self.code = code
        self.param = param


class BadSignature(Exception):
    """The body was not signed with any of our secrets."""


@lru_cache(maxsize=4)
def _client(pid: int, key: str, base: str, timeout: int) -> stripe.StripeClient:
    # The process id is part of the key: connections must not be shared across a fork.
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=timeout),
        base_addresses={"api": base} if base else {},
    )


def _api() -> Any:
    if not settings.STRIPE_SECRET_KEY:
        raise Unavailable("STRIPE_SECRET_KEY is not set.")
    return _client(
        os.getpid(),
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_BASE,
        settings.STRIPE_TIMEOUT,
    ).v1


def _ask(call: Callable[[], Any]) -> Json:
    """Return the answer as a dict. Raises Unavailable or Refused, nothing of the SDK."""
    if not _slots.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Too many requests wait for the provider already.")
    try:
        return _answer(call)
    finally:
        _slots.release()


def _answer(call: Callable[[], Any]) -> Json:
    try:
        answer: Json = call().to_dict(for_json=True)
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        # An idempotency error means that an earlier request under this key did arrive:
        # what it made is found by looking, not by sending something else.
        raise Unavailable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status == 500:
            raise Broken(str(error)) from error
        if status > 500 or status in {401, 403, 409, 429}:
            raise Unavailable(str(error)) from error
        detail = error.error
        raise Refused(
            str(error),
            code=error.code or "",
            param=(getattr(detail, "param", None) or "") if detail else "",
        ) from error
    return answer


def _read(**params: Any) -> tuple[Json, Json]:
    # Reads happen while locks are held, and every caller comes back by itself.
    return params, {"max_network_retries": 0}


def create_session(params: Json, *, idempotency_key: str) -> Json:
    """Open a payment page; the same key returns the same page."""
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().checkout.sessions.create(params, options))


def session(session_id: str) -> Json:
    """Return a session with its intent, charge and balance transaction, as they are now."""
    params, options = _read(expand=["payment_intent.latest_charge.balance_transaction"])
    return _ask(lambda: _api().checkout.sessions.retrieve(session_id, params, options))


def expire_session(session_id: str) -> Json:
    """Close a payment page. Raises Refused if it is not open (complete or expired)."""
    return _ask(lambda: _api().checkout.sessions.expire(session_id))


def sessions_of(intent_id: str) -> list[Json]:
    """Return the sessions that made this intent: one, or none."""
    params, options = _read(payment_intent=intent_id, limit=2)
    data: list[Json] = _ask(lambda: _api().checkout.sessions.list(params, options))["data"]
    return data


def payment_intent(intent_id: str) -> Json:
    """Return an intent as it is now."""
    params, options = _read()
    return _ask(lambda: _api().payment_intents.retrieve(intent_id, params, options))


def charge(charge_id: str) -> Json:
    """Return a charge as it is now."""
    params, options = _read()
    return _ask(lambda: _api().charges.retrieve(charge_id, params, options))


def intent_with_charge(intent_id: str) -> Json:
    """Return an intent with its charge and balance transaction, as they are now."""
    params, options = _read(expand=["latest_charge.balance_transaction"])
    return _ask(lambda: _api().payment_intents.retrieve(intent_id, params, options))


def subscription(subscription_id: str) -> Json:
    """Return a subscription as it is now."""
    params, options = _read()
    return _ask(lambda: _api().subscriptions.retrieve(subscription_id, params, options))


def card_of_customer(customer_id: str) -> str:
    """Return the id of the card that a customer named last on the portal; "" if none."""
    params, options = _read()
    found = _ask(lambda: _api().customers.retrieve(customer_id, params, options))
    return str((found.get("invoice_settings") or {}).get("default_payment_method") or "")


def invoices_of(subscription_id: str) -> Iterator[Json]:
    """Yield the invoices of a subscription, newest first."""
    params, options = _read(subscription=subscription_id, limit=PAGE)
    return _pages(lambda more: _api().invoices.list({**params, **more}, options))


def intent_of_invoice(invoice_id: str) -> str:
    """Return the id of the intent that pays an invoice; "" while there is none."""
    params, options = _read(invoice=invoice_id, limit=1)
    data = _ask(lambda: _api().invoice_payments.list(params, options))["data"]
    return str(data[0]["payment"].get("payment_intent") or "") if data else ""


def pay_invoice(invoice_id: str, *, idempotency_key: str) -> Json:
    """Try the card of an open invoice at once. Raises Refused where it is declined or not open."""
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().invoices.pay(invoice_id, {"off_session": True}, options))


def update_subscription(subscription_id: str, params: Json, *, idempotency_key: str) -> Json:
    """Change a subscription; the same key changes it once."""
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().subscriptions.update(subscription_id, params, options))


def pause_subscription(subscription_id: str, *, idempotency_key: str) -> Json:
    """Stop periods and invoices. Raises Refused unless it is active."""
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().subscriptions.pause(subscription_id, {}, options))


def resume_subscription(subscription_id: str, *, idempotency_key: str) -> Json:
    """Go on; where the paid period is over, a new one begins now. Raises Refused."""
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().subscriptions.resume(subscription_id, {}, options))


def cancel_subscription(subscription_id: str) -> None:
    """End a subscription now; one that has ended already is left alone.

    A DELETE carries no idempotency key: the second is refused, and that is as good.
    """
    try:
        _ask(lambda: _api().subscriptions.cancel(subscription_id))
    except Refused as error:
        if error.code != "resource_missing":
            raise


def portal_page(customer_id: str, *, return_url: str, language: str) -> str:
    """Return the address of the provider's page where a customer types another card."""
    params = {
        "customer": customer_id,
        "return_url": return_url,
        "locale": "es" if language.startswith("es") else "en",
        "flow_data": {
            "type": "payment_method_update",
            # Else the way ends on the portal's own home page.
            "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
        },
    }
    return str(_ask(lambda: _api().billing_portal.sessions.create(params))["url"])


def create_refund(
    *, intent_id: str, amount: int, metadata: dict[str, str], idempotency_key: str
) -> Json:
    """Send `amount` minor units back; the same key returns the same refund."""
    params = {"payment_intent": intent_id, "amount": amount, "metadata": metadata}
    options = {"idempotency_key": idempotency_key}
    return _ask(lambda: _api().refunds.create(params, options))


def refund(refund_id: str) -> Json:
    """Return a refund as it is now."""
    params, options = _read()
    return _ask(lambda: _api().refunds.retrieve(refund_id, params, options))


def refunds_of(intent_id: str) -> list[Json]:
    """Return all refunds of an intent with their balance transactions, oldest first."""
    params, options = _read(
        payment_intent=intent_id,
        limit=PAGE,
        expand=["data.balance_transaction", "data.failure_balance_transaction"],
    )
    found = list(_pages(lambda more: _api().refunds.list({**params, **more}, options)))
    return sorted(found, key=lambda item: (item["created"], item["id"]))


def dispute(dispute_id: str) -> Json:
    """Return a dispute as it is now."""
    params, options = _read()
    return _ask(lambda: _api().disputes.retrieve(dispute_id, params, options))


def disputes_of(intent_id: str) -> list[Json]:
    """Return all disputes of an intent, oldest first."""
    params, options = _read(payment_intent=intent_id, limit=PAGE)
    found = list(_pages(lambda more: _api().disputes.list({**params, **more}, options)))
    return sorted(found, key=lambda item: (item["created"], item["id"]))


def events(*, types: list[str], since: int) -> Iterator[Json]:
    """Yield events of at most 20 types created at or after `since` (epoch), newest first.

    The provider keeps them for 30 days.
    """
    params = {"types": types, "created": {"gte": since}, "limit": PAGE}
    return _pages(lambda more: _api().events.list({**params, **more}))


def payout(payout_id: str) -> Json:
    """Return a payout to our bank with its balance transactions, as it is now."""
    params, options = _read(expand=["balance_transaction", "failure_balance_transaction"])
    return _ask(lambda: _api().payouts.retrieve(payout_id, params, options))


def transactions_of_payout(payout_id: str) -> Iterator[Json]:
    """Yield the balance transactions of an automatic payout, its own included."""
    params = {"payout": payout_id, "limit": PAGE}
    return _pages(lambda more: _api().balance_transactions.list({**params, **more}))


def balance_transactions(*, after: int, until: int) -> Iterator[Json]:
    """Yield what moved the provider's balance in (after, until] (epoch), newest first."""
    params = {"created": {"gt": after, "lte": until}, "limit": PAGE}
    return _pages(lambda more: _api().balance_transactions.list({**params, **more}))


def _pages(ask: Callable[[Json], Any]) -> Iterator[Json]:
    more: Json = {}
    while True:
        page = _ask(lambda more=more: ask(more))  # type: ignore[misc]
        yield from page["data"]
        if not page["has_more"] or not page["data"]:
            return
        more = {"starting_after": page["data"][-1]["id"]}


def check_signature(*, body: bytes, header: str, secrets: list[str]) -> int:
    """Return the epoch at which the body was signed with one of `secrets`.

    Raises BadSignature, also for a body that is no UTF-8. The time itself is the caller's to
    judge: the SDK accepts any future one.
    """
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
        except (stripe.SignatureVerificationError, ValueError, TypeError):
            continue
        return next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    raise BadSignature
