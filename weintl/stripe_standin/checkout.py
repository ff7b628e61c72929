"""What happens on the pay page: a try with a card or a bank debit, a second step, the outcome.

Webhooks are as awkward as Stripe's: `charge.succeeded` comes first and without the balance
transaction, then `payment_intent.succeeded`, then `checkout.session.completed`; the fee follows
later in `charge.updated`.
"""

from dataclasses import dataclass
from typing import Any

from . import cards, charges, intents, setups, subscriptions
from .errors import ApiError, unsupported
from .events import emit
from .sessions import KIND, intent_of, lines_of, payer_details
from .shapes import new_id, shape
from .storage import Record
from .world import World


@dataclass(frozen=True)
class Try:
    """What a payer sent. `bank` is `ok` or `fails` for a debit that settles later, else empty."""

    card: str = cards.SUCCEEDS
    bank: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """`paid`, `processing`, `declined`, `second_step`, or `closed` for a page that is not open."""

    state: str
    decline: cards.Decline | None = None


def pay(world: World, session: Record, attempt: Try, *, origin: str) -> Outcome:
    """Try to pay. A page that is paid or expired is left alone: a double click pays once."""
    if session.body["status"] != "open":
        return Outcome(_closed_state(session))
    _take_payer(world, session, attempt)
    if session.body["mode"] == "setup":
        return _set_up(world, session, attempt, origin=origin)
    intent = _intent(world, session)
    is_plan = session.body["mode"] == "subscription"
    if is_plan and attempt.bank:
        raise unsupported("bank", why="subscriptions begin with a card here.")
    number = None if attempt.bank else cards.digits(attempt.card)
    billing = _billing(session)
    method = cards.make_method(world, number=number, billing=billing)
    world.change(intent, payment_method=method.id, customer=session.body["customer"])
    if number is None:
        return _debit(world, session, intent, will_fail=attempt.bank == "fails")
    decline = cards.decline_of(number)
    if decline is not None:
        return _decline(world, intent, number=number, decline=decline, billing=billing)
    if number in cards.SECOND_STEP:
        session.hidden["number"] = number
        world.store.save(session)
        url = f"{origin}/pay/{session.id}/confirm"
        intents.need_second_step(world, intent, method_id=method.id, url=url)
        return Outcome("second_step")
    return _take(world, session, intent, number=number)


def confirm(world: World, session: Record, *, is_confirmed: bool) -> Outcome:
    """Answer the bank's second step."""
    if session.body["status"] != "open":
        return Outcome(_closed_state(session))
    if session.body["mode"] == "setup":
        return _confirm_setup(world, session, is_confirmed=is_confirmed)
    intent = intent_of(world, session)
    if intent is None or intent.body["status"] != "requires_action":
        return Outcome("closed")
    if not is_confirmed:
        intents.fail(world, intent, decline=cards.AUTHENTICATION, charge=None)
        return Outcome("declined", cards.AUTHENTICATION)
    return _take(world, session, intent, number=session.hidden["number"])


def _set_up(world: World, session: Record, attempt: Try, *, origin: str) -> Outcome:
    """Take a card for later; the outcome `paid` means that the page is done."""
    if attempt.bank:
        raise unsupported("bank", why="only a card is kept for later here.")
    intent = world.need(setups.KIND, session.body["setup_intent"])
    number = cards.digits(attempt.card)
    decline = cards.decline_at_setup(number)
    if decline is not None:
        setups.fail(world, intent, decline=decline, method=None)
        return Outcome("declined", decline)
    method = cards.make_method(world, number=number, billing=_billing(session))
    world.change(intent, customer=session.body["customer"])
    if number in cards.SECOND_STEP:
        url = f"{origin}/pay/{session.id}/confirm"
        setups.need_second_step(world, intent, method=method, url=url)
        return Outcome("second_step")
    return _keep_card(world, session, intent, method=method)


def _confirm_setup(world: World, session: Record, *, is_confirmed: bool) -> Outcome:
    intent = world.need(setups.KIND, session.body["setup_intent"])
    if intent.body["status"] != "requires_action":
        return Outcome("closed")
    method = world.need("payment_method", intent.body["payment_method"])
    if not is_confirmed:
        setups.fail(world, intent, decline=cards.SETUP_AUTHENTICATION, method=method)
        return Outcome("declined", cards.SETUP_AUTHENTICATION)
    return _keep_card(world, session, intent, method=method)


def _keep_card(world: World, session: Record, intent: Record, *, method: Record) -> Outcome:
    setups.succeed(world, intent, method=method)
    _complete(world, session, payment_status="no_payment_required")
    return Outcome("paid")


def finish_debit(world: World, charge_id: str, *, is_good: bool) -> Record:
    """Let a bank debit arrive or bounce; nothing happens to one that is decided."""
    charge = world.need("charge", charge_id)
    world.unschedule("finish_debit", charge_id)
    if charge.body["status"] != "pending":
        return charge
    session = world.need(KIND, charge.hidden["session"])
    intent = world.need("payment_intent", charge.body["payment_intent"])
    if not is_good:
        decline = cards.Decline("payment_method_provider_decline", "insufficient_funds",
                                "The customer's bank account could not be debited.")  # fmt: skip
        world.change(
            charge,
            status="failed",
            paid=False,
            captured=False,
            failure_code="insufficient_funds",
            failure_message=decline.message,
        )
        emit(world, "charge.failed", charge.body)
        intents.fail(world, intent, decline=decline, charge=charge)
        emit(world, "checkout.session.async_payment_failed", session.body)
        return charge
    world.change(charge, status="succeeded", paid=True, amount_captured=charge.body["amount"])
    emit(world, "charge.succeeded", charge.body)
    intents.succeed(world, intent, charge=charge)
    world.change(session, payment_status="paid")
    emit(world, "checkout.session.async_payment_succeeded", session.body)
    charges.expect_fee(world, charge)
    return charge


def finish_debit_as_planned(world: World, charge_id: str) -> None:
    """Let a bank debit end as its payer chose on the page."""
    charge = world.store.get("charge", charge_id)
    if charge is not None:
        finish_debit(world, charge_id, is_good=not charge.hidden.get("will_fail"))


def return_address(session: Record) -> str:
    """Return where a payer goes after paying."""
    return str(session.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def _closed_state(session: Record) -> str:
    if session.body["status"] == "expired":
        return "closed"
    return "processing" if session.body["payment_status"] == "unpaid" else "paid"


def _intent(world: World, session: Record) -> Record:
    """Return the session's intent, made at the first try, as at Stripe since 2022."""
    known = intent_of(world, session)
    if known is not None:
        return known
    body, more = session.body, {}
    is_plan = body["mode"] == "subscription"
    if is_plan:
        more = {"setup_future_usage": "off_session", "description": "Subscription creation"}
    intent = intents.create(
        world,
        amount=body["amount_total"],
        currency=body["currency"],
        data={**session.hidden["intent_data"], "customer": body["customer"], **more},
    )
    if is_plan:
        session.hidden["intent"] = intent.id
        world.store.save(session)
    else:
        world.change(session, payment_intent=intent.id)
    return intent


def _take_payer(world: World, session: Record, attempt: Try) -> None:
    known = session.body["customer_details"] or {}
    email = known.get("email") or attempt.email
    if "@" not in email:
        raise ApiError("Your email is incomplete.", code="email_invalid", param="email")
    name = attempt.name or known.get("name")
    world.change(session, customer_details=payer_details(email=email, name=name))
    is_plan = session.body["mode"] == "subscription"
    wants_one = is_plan or session.body["customer_creation"] == "always"
    if session.body["customer"] is None and wants_one:
        customer = shape("customer", id=new_id("cus_", length=14), created=world.now(),
                         email=email, name=name,
                         invoice_prefix=new_id("", length=8).upper())  # fmt: skip
        world.store.put("customer", customer)
        emit(world, "customer.created", customer)
        world.change(session, customer=customer["id"])


def _billing(session: Record) -> dict[str, Any]:
    details = session.body["customer_details"]
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address,
        "email": details["email"],
        "name": details["name"],
        "phone": None,
        "tax_id": None,
    }


def _decline(
    world: World, intent: Record, *, number: str, decline: cards.Decline, billing: dict[str, Any]
) -> Outcome:
    charge = None
    if decline is not cards.NUMBER:
        charge = charges.create(
            world, intent=intent, number=number, billing=billing, status="failed", decline=decline
        )
        emit(world, "charge.failed", charge.body)
    intents.fail(world, intent, decline=decline, charge=charge)
    return Outcome("declined", decline)


def _take(world: World, session: Record, intent: Record, *, number: str) -> Outcome:
    charge = charges.create(
        world, intent=intent, number=number, billing=_billing(session), status="succeeded"
    )
    emit(world, "charge.succeeded", charge.body)
    intents.succeed(world, intent, charge=charge)
    if session.body["mode"] == "subscription":
        method = world.need("payment_method", intent.body["payment_method"])
        line = lines_of(world, session.id)[0]
        subscriptions.begin(world, session, line=line, method=method, intent=intent)
    _complete(world, session, payment_status="paid")
    charges.expect_fee(world, charge)
    return Outcome("paid")


def _debit(world: World, session: Record, intent: Record, *, will_fail: bool) -> Outcome:
    charge = charges.create(
        world, intent=intent, number=None, billing=_billing(session), status="pending"
    )
    charge.hidden |= {"session": session.id, "will_fail": will_fail}
    world.store.save(charge)
    emit(world, "charge.pending", charge.body)
    intents.process(world, intent, charge=charge)
    _complete(world, session, payment_status="unpaid")
    world.schedule("finish_debit", charge.id, delay_ms=world.config.debit_delay_ms)
    return Outcome("processing")


def _complete(world: World, session: Record, *, payment_status: str) -> None:
    world.unschedule("expire_session", session.id)
    world.change(session, status="complete", payment_status=payment_status, url=None)
    emit(world, "checkout.session.completed", session.body)
