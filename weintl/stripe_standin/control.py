"""The control API under /_sim: what no provider offers, for tests and demonstrations. JSON."""

from collections.abc import Callable
from typing import Any

from . import (
    cards,
    charges,
    checkout,
    delivery,
    disputes,
    faults,
    payout_schedule,
    payouts,
    refunds,
    sessions,
    subscriptions,
    timers,
)
from .errors import ApiError, missing
from .events import queue
from .storage import Query, Record
from .webhook_endpoints import DEFAULT_ID, keep_default
from .world import World

Given = dict[str, Any]
# (world, id in the path, JSON body, origin) -> JSON answer
Act = Callable[[World, str, Given, str], Any]


def _state(world: World, _id: str, _given: Given, _origin: str) -> Given:
    count = "SELECT count(*) AS n FROM "
    timers_left = world.store.execute(
        "SELECT kind, object, due_provider, failures, error FROM timers "
        "ORDER BY due_provider LIMIT 100"
    )
    pending = world.store.execute(f"{count}deliveries WHERE state = 'pending'")[0]["n"]
    soon = [row for row in timers_left if row["kind"] in timers.SOON]
    return {
        "clock": _clock_of(world),
        "objects": world.store.counts(),
        "webhooks": _webhooks_of(world),
        "faults": world.store.setting("faults", []),
        "payouts": payout_schedule.interval(world),
        "pending_deliveries": pending,
        "timers": [dict(row) for row in timers_left],
        # Nothing is on its way: no webhook, no fee, no refund.
        "is_idle": pending == 0 and not soon,
    }


def _clock_of(world: World) -> Given:
    offset = float(world.store.setting("clock_offset", 0.0))
    return {"now": world.now(), "true_time": int(world.true_time()), "offset": round(offset, 3)}


def _clock(world: World, _id: str, given: Given, _origin: str) -> Given:
    offset = float(world.store.setting("clock_offset", 0.0))
    if "set" in given:
        offset = float(given["set"]) - world.true_time()
    elif "advance" in given:
        offset += float(given["advance"])
    elif given.get("reset"):
        offset = 0.0
    elif given:
        raise ApiError("The clock takes set, advance or reset.")
    world.move_clock(offset)
    timers.run_due(world)
    return _clock_of(world)


def _session(world: World, session_id: str) -> Record:
    return world.need(sessions.KIND, session_id)


def _pay(world: World, session_id: str, given: Given, origin: str) -> Given:
    session = _session(world, session_id)
    attempt = checkout.Try(
        card=str(given.get("card", checkout.cards.SUCCEEDS)),
        bank=str(given.get("bank", "")),
        email=str(given.get("email", "payer@example.org")),
        name=str(given.get("name", "Sample Payer")),
    )
    if attempt.bank not in ("", "ok", "fails"):
        raise ApiError("bank must be `ok` or `fails`.")
    outcome = checkout.pay(world, session, attempt, origin=origin)
    if outcome.state == "second_step" and "confirm" in given:
        outcome = checkout.confirm(world, session, is_confirmed=bool(given["confirm"]))
    session = _session(world, session_id)
    is_done = outcome.state in {"paid", "processing"}
    intent = sessions.intent_of(world, session)
    return {
        "state": outcome.state,
        "code": outcome.decline.code if outcome.decline else None,
        "redirect": checkout.return_address(session) if is_done else None,
        "payment_intent": intent.id if intent else None,
        "charge": intent.body["latest_charge"] if intent else None,
    }


def _expire(world: World, session_id: str, _given: Given, _origin: str) -> Given:
    session = _session(world, session_id)
    sessions.expire(world, session)
    return session.body


def _settle(world: World, charge_id: str, _given: Given, _origin: str) -> Given:
    checkout.finish_debit(world, charge_id, is_good=True)
    return charges.settle(world, charge_id).body


def _bounce(world: World, charge_id: str, _given: Given, _origin: str) -> Given:
    return checkout.finish_debit(world, charge_id, is_good=False).body


def _settle_all(world: World, _id: str, _given: Given, _origin: str) -> Given:
    return {"done": timers.run_soon(world)}


def _next_card(world: World, subscription_id: str, given: Given, _origin: str) -> Given:
    """Let the coming tries of a subscription meet another card, such as one that declines."""
    sub = world.need(subscriptions.KIND, subscription_id)
    _choose_card(world, sub, given)
    return sub.body


def _choose_card(world: World, sub: Record, given: Given) -> None:
    method = world.need("payment_method", sub.body["default_payment_method"])
    method.hidden["number"] = cards.digits(str(given.get("card", cards.SUCCEEDS)))
    world.store.save(method)


def _renew(world: World, subscription_id: str, given: Given, _origin: str) -> Given:
    """Begin the next period now, draft, last word and try at once; with `card`, that one."""
    sub = world.need(subscriptions.KIND, subscription_id)
    if "card" in given:
        _choose_card(world, sub, given)
    subscriptions.renew_now(world, sub)
    invoice = world.need("invoice", sub.body["latest_invoice"])
    return {"subscription": sub.body, "invoice": invoice.body}


def _retry(world: World, invoice_id: str, _given: Given, _origin: str) -> Given:
    """Try an open invoice now, as its time would; the last time decides."""
    subscriptions.retry_invoice(world, invoice_id)
    return world.need("invoice", invoice_id).body


def _settings(world: World, _id: str, given: Given, _origin: str) -> Given:
    """Choose what the last decline does to a subscription."""
    chosen = given.get("last_decline")
    if chosen not in subscriptions.LAST_DECLINE:
        words = ", ".join(subscriptions.LAST_DECLINE)
        raise ApiError(f"last_decline must be one of {words}.")
    world.store.set("last_decline", chosen)
    return {"last_decline": chosen}


def _open_dispute(world: World, _id: str, given: Given, _origin: str) -> Given:
    if "charge" in given:
        charge = world.need("charge", given["charge"])
    else:
        intent = world.need("payment_intent", given.get("payment_intent"))
        charge = world.need("charge", intent.body["latest_charge"])
    record = disputes.open_one(
        world,
        charge,
        reason=given.get("reason", "fraudulent"),
        amount=given.get("amount"),
        is_inquiry=bool(given.get("inquiry")),
    )
    return record.body


def _close_dispute(world: World, dispute_id: str, given: Given, _origin: str) -> Given:
    if given.get("outcome") not in {"won", "lost"}:
        raise ApiError("outcome must be `won` or `lost`.")
    return disputes.close(
        world, world.need(disputes.KIND, dispute_id), outcome=given["outcome"]
    ).body


def _run_payouts(world: World, _id: str, given: Given, _origin: str) -> Given:
    done = payouts.run(world, include_pending=bool(given.get("include_pending")))
    return {"payouts": [record.body for record in done]}


def _schedule_payouts(world: World, _id: str, given: Given, _origin: str) -> Given:
    payout_schedule.choose(world, str(given.get("interval", "")))
    return {"interval": payout_schedule.interval(world)}


def _fail_payout(world: World, payout_id: str, _given: Given, _origin: str) -> Given:
    return payouts.fail(world, payout_id).body


def _fail_refund(world: World, refund_id: str, given: Given, _origin: str) -> Given:
    reason = given.get("reason", "expired_or_canceled_card")
    return refunds.fail(world, refund_id, reason=reason).body


def _succeed_refund(world: World, refund_id: str, _given: Given, _origin: str) -> Given:
    refunds.succeed(world, refund_id)
    return world.need("refund", refund_id).body


def _hold_refund(world: World, refund_id: str, _given: Given, _origin: str) -> Given:
    return refunds.hold(world, refund_id).body


def _webhooks_of(world: World) -> Given:
    default = world.store.get("webhook_endpoint", DEFAULT_ID)
    return {**delivery.settings(world), "url": default.body["url"] if default else ""}


def _webhooks(world: World, _id: str, given: Given, _origin: str) -> Given:
    unknown = set(given) - {*delivery.DEFAULTS, "url", "secret"}
    if unknown:
        raise ApiError(f"Webhooks have no {', '.join(sorted(unknown))}.")
    if "url" in given or "secret" in given:
        default = world.store.get("webhook_endpoint", DEFAULT_ID)
        known_url = default.body["url"] if default else ""
        known_secret = default.hidden["secret"] if default else world.config.webhook_secret
        keep_default(
            world, url=given.get("url", known_url), secret=given.get("secret", known_secret)
        )
    disturbance = {name: value for name, value in given.items() if name in delivery.DEFAULTS}
    world.store.set("webhooks", {**world.store.setting("webhooks", {}), **disturbance})
    world.changed.set()
    return _webhooks_of(world)


def _redeliver(world: World, _id: str, given: Given, _origin: str) -> Given:
    wanted = given.get("event")
    if wanted == "all":
        # Oldest first, as they happened.
        events = world.store.find(Query("event"))[::-1]
    else:
        events = [world.need("event", wanted)]
    endpoints = world.store.find(Query("webhook_endpoint"))
    for event in events:
        for endpoint in endpoints:
            queue(world, event_id=event.id, endpoint_id=endpoint.id)
    return {"queued": len(events) * len(endpoints)}


def _deliveries(world: World, _id: str, given: Given, _origin: str) -> Given:
    """Return the tries, oldest first, and what became of each delivery."""
    where, values = ("WHERE event = ?", [given["event"]]) if "event" in given else ("", [])
    attempts = world.store.execute(f"SELECT * FROM attempts {where} ORDER BY id", *values)  # noqa: S608
    states = world.store.execute(
        f"SELECT id, event, endpoint, state, attempts FROM deliveries {where} ORDER BY id",  # noqa: S608
        *values,
    )
    return {
        "attempts": [dict(row) for row in attempts[-1000:]],
        "deliveries": [dict(row) for row in states[-1000:]],
    }


def _add_fault(world: World, _id: str, given: Given, _origin: str) -> Given:
    return {"faults": faults.add(world, given)}


def _clear_faults(world: World, _id: str, _given: Given, _origin: str) -> Given:
    world.store.set("faults", [])
    return {"faults": []}


def _reset(world: World, _id: str, _given: Given, _origin: str) -> Given:
    world.store.clear()
    keep_default(world, url=world.config.webhook_url, secret=world.config.webhook_secret)
    return {"reset": True}


ACTS: dict[tuple[str, str], Act] = {
    ("GET", "state"): _state,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("POST", "sessions/{id}/pay"): _pay,
    ("POST", "sessions/{id}/expire"): _expire,
    ("POST", "charges/{id}/settle"): _settle,
    ("POST", "charges/{id}/bounce"): _bounce,
    ("POST", "settle"): _settle_all,
    ("POST", "subscriptions/settings"): _settings,
    ("POST", "subscriptions/{id}/card"): _next_card,
    ("POST", "subscriptions/{id}/renew"): _renew,
    ("POST", "invoices/{id}/retry"): _retry,
    ("POST", "disputes"): _open_dispute,
    ("POST", "disputes/{id}/close"): _close_dispute,
    ("POST", "payouts"): _run_payouts,
    ("POST", "payouts/schedule"): _schedule_payouts,
    ("POST", "payouts/{id}/fail"): _fail_payout,
    ("POST", "refunds/{id}/fail"): _fail_refund,
    ("POST", "refunds/{id}/succeed"): _succeed_refund,
    ("POST", "refunds/{id}/hold"): _hold_refund,
    ("POST", "webhooks"): _webhooks,
    ("POST", "webhooks/redeliver"): _redeliver,
    ("GET", "deliveries"): _deliveries,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "reset"): _reset,
}


def act(world: World, *, method: str, path: str, given: Given, origin: str) -> Any:
    """Do what `path` (after /_sim/) names and return its JSON answer. Raises ApiError."""
    plain, object_id = path, ""
    if (method, plain) not in ACTS:
        parts = path.split("/")
        if len(parts) == 3:
            object_id, plain = parts[1], f"{parts[0]}/{{id}}/{parts[2]}"
    chosen = ACTS.get((method, plain))
    if chosen is None:
        raise missing("control", path)
    timers.run_due(world)
    with world.store.transaction():
        return chosen(world, object_id, given, origin)
