"""Subscriptions over the real SDK: begun, renewed on the clock, changed, paused, ended."""

from datetime import UTC, datetime

import pytest
import stripe

DAY = 86_400


@pytest.fixture
def plan_params(params):
    """Return what opens the pay page of a monthly gift of $25."""

    def made(**changes):
        price = {
            "currency": "usd",
            "unit_amount": changes.pop("amount", 2500),
            "product_data": {"name": "Gift: education"},
            "recurring": {"interval": changes.pop("interval", "month")},
        }
        return {
            "mode": "subscription",
            "submit_type": "donate",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "http://localhost/thanks/",
            "cancel_url": "http://localhost/give/",
            "customer_email": "donor@example.org",
            "subscription_data": {"metadata": {"plan": "p-1"}, "description": "Gift"},
            **changes,
        }

    return made


@pytest.fixture
def begin(client, standin, plan_params):
    """Begin a subscription on the pay page and return it."""

    def begun(card="4242424242424242", **changes):
        session = client.v1.checkout.sessions.create(plan_params(**changes))
        assert standin.pay(session.id, card=card)["state"] == "paid"
        session = client.v1.checkout.sessions.retrieve(session.id)
        return client.v1.subscriptions.retrieve(session.subscription)

    return begun


def invoices_of(client, sub):
    return client.v1.invoices.list({"subscription": sub.id, "limit": 100}).data


def types(client):
    return [event.type for event in client.v1.events.list({"limit": 100}).data]


def day(stamp):
    return datetime.fromtimestamp(stamp, tz=UTC).date().isoformat()


def test_the_first_payment_makes_customer_subscription_and_a_paid_invoice(
    client, standin, plan_params
):
    session = client.v1.checkout.sessions.create(plan_params())
    assert (session.mode, session.subscription) == ("subscription", None)
    answer = standin.pay(session.id)
    session = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription.latest_invoice.payments", "invoice"]}
    )
    assert (session.payment_status, session.payment_intent) == ("paid", None)
    sub = session.subscription
    assert (sub.status, sub.metadata["plan"], sub.billing_mode.type) == (
        "active",
        "p-1",
        "flexible",
    )
    invoice = sub.latest_invoice
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        "paid", 2500, "subscription_create",
    )  # fmt: skip
    assert invoice.parent.subscription_details.subscription == sub.id
    assert invoice.parent.subscription_details.metadata["plan"] == "p-1"
    link = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": answer["payment_intent"]}}
    ).data[0]
    assert (link.invoice, link.status) == (invoice.id, "paid")
    assert invoice.payments.data[0].id == link.id
    assert session.customer.startswith("cus_")
    told = types(client)
    for wanted in (
        "customer.subscription.created", "invoice.created", "invoice.finalized", "invoice.paid",
        "invoice_payment.paid", "checkout.session.completed", "charge.succeeded",
    ):  # fmt: skip
        assert told.count(wanted) == 1, wanted


def test_a_renewal_is_a_draft_for_an_hour_and_then_paid(client, standin, begin):
    sub = begin()
    end = sub["items"].data[0].current_period_end
    now = standin.clock()["now"]
    standin.clock(advance=end - now + 60)
    draft = invoices_of(client, sub)[0]
    assert (draft.status, draft.billing_reason) == ("draft", "subscription_cycle")
    standin.clock(advance=3600)
    paid = client.v1.invoices.retrieve(draft.id)
    assert (paid.status, paid.amount_paid) == ("paid", 2500)
    sub = client.v1.subscriptions.retrieve(sub.id)
    assert sub["items"].data[0].current_period_start == end
    assert sub.latest_invoice == draft.id


def test_the_31st_comes_again(client, standin, begin):
    standin.clock(set=int(datetime(2027, 1, 31, 12, tzinfo=UTC).timestamp()))
    sub = begin()
    standin.clock(advance=100 * DAY)
    starts = [day(one.period_start) for one in invoices_of(client, sub)]
    assert starts == ["2027-04-30", "2027-03-31", "2027-02-28", "2027-01-31"]


def test_a_yearly_one_renews_after_a_year(client, standin, begin):
    sub = begin(interval="year")
    standin.clock(advance=364 * DAY)
    assert len(invoices_of(client, sub)) == 1
    standin.clock(advance=3 * DAY)
    assert len(invoices_of(client, sub)) == 2


def renewed(standin, sub):
    end = sub["items"].data[0].current_period_end
    standin.clock(advance=end - standin.clock()["now"] + 3700)


def test_a_card_that_declines_is_tried_again_and_a_new_one_mends_it(client, standin, begin):
    sub = begin()
    standin.next_card(sub.id, "4000000000009995")
    renewed(standin, sub)
    invoice = invoices_of(client, sub)[0]
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    assert invoice.next_payment_attempt > standin.clock()["now"]
    assert client.v1.subscriptions.retrieve(sub.id).status == "past_due"
    assert "invoice.payment_failed" in types(client)
    link = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    intent = client.v1.payment_intents.retrieve(link.payment.payment_intent)
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    standin.next_card(sub.id, "4242424242424242")
    standin.clock(advance=3 * DAY + 60)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"
    assert client.v1.subscriptions.retrieve(sub.id).status == "active"


def test_after_the_last_try_the_subscription_ends(client, standin, begin):
    sub = begin()
    standin.next_card(sub.id, "4000000000000002")
    renewed(standin, sub)
    standin.clock(advance=20 * DAY)
    sub = client.v1.subscriptions.retrieve(sub.id)
    assert (sub.status, sub.cancellation_details.reason) == ("canceled", "payment_failed")
    assert invoices_of(client, sub)[0].attempt_count == 4
    assert "customer.subscription.deleted" in types(client)


def test_an_open_invoice_is_paid_when_asked_or_says_why_not(client, standin, begin):
    sub = begin()
    standin.next_card(sub.id, "4000000000000002")
    renewed(standin, sub)
    invoice = invoices_of(client, sub)[0]
    with pytest.raises(stripe.CardError):
        client.v1.invoices.pay(invoice.id)
    assert client.v1.invoices.retrieve(invoice.id).attempt_count == 2
    standin.next_card(sub.id, "4242424242424242")
    assert client.v1.invoices.pay(invoice.id).status == "paid"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(invoice.id)


def test_another_amount_counts_from_the_next_period(client, standin, begin):
    sub = begin()
    item = sub["items"].data[0]
    price = {
        "currency": "usd",
        "product": item.price.product,
        "recurring": {"interval": "month"},
        "unit_amount": 4000,
    }
    changed = client.v1.subscriptions.update(
        sub.id,
        {"items": [{"id": item.id, "price_data": price}], "proration_behavior": "none"},
    )
    assert changed["items"].data[0].price.unit_amount == 4000
    renewed(standin, sub)
    assert [one.amount_paid for one in invoices_of(client, sub)] == [4000, 2500]


def test_a_paused_collection_voids_what_would_be_due(client, standin, begin):
    sub = begin()
    client.v1.subscriptions.update(sub.id, {"pause_collection": {"behavior": "void"}})
    renewed(standin, sub)
    assert invoices_of(client, sub)[0].status == "void"
    sub = client.v1.subscriptions.update(sub.id, {"pause_collection": ""})
    assert sub.pause_collection is None
    renewed(standin, sub)
    assert invoices_of(client, sub)[0].status == "paid"


def test_a_paused_subscription_makes_no_invoice_and_goes_on_with_a_new_period(
    client, standin, begin
):
    sub = begin()
    assert client.v1.subscriptions.pause(sub.id).status == "paused"
    assert "customer.subscription.paused" in types(client)
    standin.clock(advance=90 * DAY)
    assert len(invoices_of(client, sub)) == 1
    sub = client.v1.subscriptions.resume(sub.id)
    assert sub.status == "active"
    assert len(invoices_of(client, sub)) == 2
    assert sub["items"].data[0].current_period_start == pytest.approx(standin.clock()["now"], abs=5)
    assert "customer.subscription.resumed" in types(client)


def test_resumed_within_what_is_paid_nothing_is_charged(client, begin):
    sub = begin()
    client.v1.subscriptions.pause(sub.id)
    client.v1.subscriptions.resume(sub.id)
    assert len(invoices_of(client, sub)) == 1


def test_cancelled_at_once_or_with_the_period(client, standin, begin):
    now, later = begin(), begin()
    assert client.v1.subscriptions.cancel(now.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.subscriptions.cancel(now.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    sub = client.v1.subscriptions.update(later.id, {"cancel_at_period_end": True})
    assert sub.status == "active"
    renewed(standin, later)
    assert client.v1.subscriptions.retrieve(later.id).status == "canceled"
    assert len(invoices_of(client, later)) == 1


def test_a_declined_first_card_begins_nothing(client, standin, plan_params):
    session = client.v1.checkout.sessions.create(plan_params())
    assert standin.pay(session.id, card="4000000000000002")["state"] == "declined"
    assert client.v1.subscriptions.list().data == []
    assert standin.pay(session.id)["state"] == "paid"
    assert len(client.v1.subscriptions.list().data) == 1


def test_a_second_step_may_stand_before_the_first_payment(client, standin, plan_params):
    session = client.v1.checkout.sessions.create(plan_params())
    answer = standin.pay(session.id, card="4000002760003184", confirm=True)
    assert answer["state"] == "paid"


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_intent_data": {"metadata": {"a": "b"}}},
        {"customer_creation": "always"},
        {"interval": "week"},
        {"line_items": []},
    ],
)
def test_what_does_not_fit_the_mode_is_refused(client, plan_params, changes):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(plan_params(**changes))


def test_a_recurring_price_needs_the_mode(client, params, plan_params):
    line = plan_params()["line_items"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params(line_items=line))
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(plan_params(line_items=params()["line_items"]))


def test_a_renewal_happens_when_it_is_told_to(client, standin, begin):
    sub = begin()
    done = standin.renew(sub.id)
    assert (done["invoice"]["status"], done["invoice"]["billing_reason"]) == (
        "paid", "subscription_cycle",
    )  # fmt: skip
    known = client.v1.subscriptions.retrieve(sub.id)
    assert known.latest_invoice == done["invoice"]["id"]
    assert known["items"].data[0].current_period_start == known.billing_cycle_anchor
    assert len(invoices_of(client, sub)) == 2
    renewed(standin, known)
    assert len(invoices_of(client, sub)) == 3


def test_a_renewal_fails_when_it_is_told_to_and_is_tried_until_the_end(client, standin, begin):
    sub = begin()
    done = standin.renew(sub.id, card="4000000000009979")
    assert (done["invoice"]["status"], done["subscription"]["status"]) == ("open", "past_due")
    charge = client.v1.charges.list({"limit": 1}).data[0]
    assert charge.outcome.reason == "stolen_card"
    for _ in range(2):
        assert standin.retry(done["invoice"]["id"])["next_payment_attempt"]
    last = standin.retry(done["invoice"]["id"])
    assert (last["status"], last["next_payment_attempt"]) == ("open", None)
    assert client.v1.subscriptions.retrieve(sub.id).status == "canceled"
    with pytest.raises(AssertionError, match="canceled"):
        standin.renew(sub.id)


def test_a_card_that_asks_each_time_wants_its_payer(client, standin, begin):
    sub = begin()
    done = standin.renew(sub.id, card="4000002760003184")
    assert done["subscription"]["status"] == "past_due"
    assert "invoice.payment_action_required" in types(client)
    link = client.v1.invoice_payments.list({"invoice": done["invoice"]["id"]}).data[0]
    intent = client.v1.payment_intents.retrieve(link.payment.payment_intent)
    assert intent.last_payment_error.code == "authentication_required"


@pytest.mark.parametrize(
    ("setting", "status"), [("unpaid", "unpaid"), ("past_due", "past_due"), ("cancel", "canceled")]
)
def test_the_last_decline_does_what_was_chosen(client, standin, begin, setting, status):
    standin.control("subscriptions/settings", {"last_decline": setting})
    sub = begin()
    standin.next_card(sub.id, "4000000000000002")
    renewed(standin, sub)
    standin.clock(advance=16 * DAY)
    assert client.v1.subscriptions.retrieve(sub.id).status == status
    with pytest.raises(AssertionError, match="last_decline"):
        standin.control("subscriptions/settings", {"last_decline": "never"})


def test_an_unpaid_one_collects_nothing_until_its_newest_invoice_is_paid(client, standin, begin):
    standin.control("subscriptions/settings", {"last_decline": "unpaid"})
    sub = begin()
    standin.next_card(sub.id, "4000000000000002")
    renewed(standin, sub)
    standin.next_card(sub.id, "4242424242424242")
    open_one = invoices_of(client, sub)[0]
    standin.next_card(sub.id, "4000000000000002")
    standin.clock(advance=50 * DAY)
    assert [one.status for one in invoices_of(client, sub)] == ["draft", "open", "paid"]
    standin.next_card(sub.id, "4242424242424242")
    client.v1.invoices.pay(open_one.id)
    assert client.v1.subscriptions.retrieve(sub.id).status == "active"


def test_nothing_is_tried_again_after_the_end(client, standin, begin):
    sub = begin()
    standin.next_card(sub.id, "4000000000000002")
    renewed(standin, sub)
    client.v1.subscriptions.cancel(sub.id)
    standin.next_card(sub.id, "4242424242424242")
    standin.clock(advance=30 * DAY)
    invoice = invoices_of(client, sub)[0]
    assert (invoice.status, invoice.attempt_count, invoice.auto_advance) == ("open", 1, False)
    # Somebody may still pay it; the subscription stays ended.
    assert client.v1.invoices.pay(invoice.id).status == "paid"
    assert client.v1.subscriptions.retrieve(sub.id).status == "canceled"


def test_a_draft_of_one_that_ended_stays_a_draft(client, standin, begin):
    sub = begin()
    end = sub["items"].data[0].current_period_end
    standin.clock(advance=end - standin.clock()["now"] + 60)
    client.v1.subscriptions.cancel(sub.id)
    standin.clock(advance=DAY)
    assert [one.status for one in invoices_of(client, sub)] == ["draft", "paid"]


def test_an_older_debt_does_not_make_a_later_one_good(client, standin, begin):
    sub = begin()
    older = standin.renew(sub.id, card="4000000000000002")["invoice"]
    standin.renew(sub.id)
    assert client.v1.subscriptions.retrieve(sub.id).status == "past_due"
    standin.next_card(sub.id, "4242424242424242")
    client.v1.invoices.pay(older["id"])
    assert client.v1.subscriptions.retrieve(sub.id).status == "past_due"


def test_paused_within_the_hour_of_a_draft_it_stays_paused(client, standin, begin):
    sub = begin()
    end = sub["items"].data[0].current_period_end
    standin.clock(advance=end - standin.clock()["now"] + 60)
    client.v1.subscriptions.pause(sub.id)
    standin.clock(advance=DAY)
    assert invoices_of(client, sub)[0].status == "paid"
    assert client.v1.subscriptions.retrieve(sub.id).status == "paused"


def test_lists_leave_out_what_has_ended_unless_asked(client, begin):
    lives, ended = begin(), begin()
    client.v1.subscriptions.cancel(ended.id)
    assert [one.id for one in client.v1.subscriptions.list().data] == [lives.id]
    for status, wanted in (("all", {lives.id, ended.id}), ("ended", {ended.id})):
        found = client.v1.subscriptions.list({"status": status}).data
        assert {one.id for one in found} == wanted
    for listed in (client.v1.subscriptions, client.v1.invoices):
        with pytest.raises(stripe.InvalidRequestError, match="does not imitate"):
            listed.list({"collection_method": "send_invoice"})


def test_a_card_of_somebody_else_is_refused(client, standin, begin):
    ours, theirs = begin(), begin(customer_email="other@example.org")
    card = theirs.default_payment_method
    invoice = standin.renew(ours.id, card="4000000000000002")["invoice"]
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        client.v1.subscriptions.update(ours.id, {"default_payment_method": card})
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        client.v1.invoices.pay(invoice["id"], {"payment_method": card})


def test_a_pause_with_an_end_skips_what_falls_into_it(client, standin, begin):
    sub = begin()
    end = sub["items"].data[0].current_period_end
    pause = {"behavior": "void", "resumes_at": end + 2 * DAY}
    client.v1.subscriptions.update(sub.id, {"pause_collection": pause})
    standin.clock(advance=end - standin.clock()["now"] + 60)
    assert invoices_of(client, sub)[0].status == "void"
    assert client.v1.subscriptions.retrieve(sub.id).pause_collection.resumes_at == end + 2 * DAY
    standin.clock(advance=2 * DAY)
    assert client.v1.subscriptions.retrieve(sub.id).pause_collection is None
    standin.clock(advance=32 * DAY)
    assert [one.status for one in invoices_of(client, sub)] == ["paid", "void", "paid"]


def test_a_pause_may_end_before_its_time_or_with_the_subscription(client, standin, begin):
    lifted, ended = begin(), begin()
    pause = {"behavior": "void", "resumes_at": standin.clock()["now"] + 40 * DAY}
    for sub in (lifted, ended):
        client.v1.subscriptions.update(sub.id, {"pause_collection": pause})
    client.v1.subscriptions.update(lifted.id, {"pause_collection": ""})
    client.v1.subscriptions.cancel(ended.id)
    kinds = [timer["kind"] for timer in standin.state()["timers"]]
    assert "resume_collection" not in kinds
    renewed(standin, lifted)
    assert invoices_of(client, lifted)[0].status == "paid"


@pytest.mark.parametrize(
    "pause", [{"behavior": "void", "resumes_at": 5}, {"behavior": "keep_as_draft"}]
)
def test_a_pause_that_cannot_be_is_refused(client, begin, pause):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscriptions.update(begin().id, {"pause_collection": pause})
