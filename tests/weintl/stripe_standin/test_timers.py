import pytest

from tests.plugins.processes import wait_for
from tests.plugins.standin import start_standin
from weintl.stripe_standin import config, control, timers
from weintl.stripe_standin.shapes import shape
from weintl.stripe_standin.storage import Store
from weintl.stripe_standin.world import World


def test_what_falls_due_in_a_leap_happens_in_its_order_and_time(client, standin, params):
    standin.clock(set=1_700_000_000)
    early = client.v1.checkout.sessions.create(params(expires_at=1_700_000_000 + 3600))
    late = client.v1.checkout.sessions.create(params(expires_at=1_700_000_000 + 7200))
    standin.clock(advance=30 * 86_400 - 100)
    events = client.v1.events.list({"type": "checkout.session.expired"}).data
    assert [event.data.object["id"] for event in events] == [late.id, early.id]
    assert [event.created for event in events] == [late.expires_at, early.expires_at]


def test_a_clock_set_back_does_not_hold_up_what_is_planned(tmp_path, reconnect, params):
    with start_standin(tmp_path, fee_delay_ms=200) as standin:
        client = reconnect(standin)
        done = standin.pay(client.v1.checkout.sessions.create(params()).id)
        standin.clock(advance=-86_400)
        wait_for(lambda: client.v1.charges.retrieve(done["charge"]).balance_transaction)


def test_an_expired_page_is_not_expired_again(client, standin, session, types_of):
    client.v1.checkout.sessions.expire(session.id)
    standin.clock(advance=2 * 86_400)
    assert types_of() == ["checkout.session.expired"]


@pytest.fixture
def world(tmp_path):
    store = Store(tmp_path / "x.sqlite3")
    yield World(config=config.read([], environment={"DATA_DIR": str(tmp_path)}), store=store)
    store.close()


def _plan_of_nobody(world):
    """A subscription that is due, and whose customer is not there: its renewal must fail."""
    price = {**shape("price"), "id": "price_1", "unit_amount": 2500, "product": "prod_1"}
    price["recurring"] = {"interval": "month"}
    period = {"current_period_start": 1_700_000_000, "current_period_end": 1_702_592_000}
    item = {**shape("subscription_item"), "id": "si_1", "price": price, "quantity": 1, **period}
    sub = shape(
        "subscription",
        id="sub_1",
        billing_cycle_anchor=1_700_000_000,
        created=1_700_000_000,
        currency="usd",
        customer="cus_1",
        items={"object": "list", "data": [item], "has_more": False, "url": "/v1/"},
        status="active",
    )
    with world.store.transaction():
        world.move_clock(1_702_592_000 + 60 - world.true_time())
        world.store.put("subscription", sub)
        world.schedule_at("renew_subscription", "sub_1", at=1_702_592_000)
    return sub


def _first_timer(world):
    state = control.act(world, method="GET", path="state", given={}, origin="")
    return state["timers"][0]


def test_a_timer_that_fails_is_kept_seen_and_leaves_no_trace(world):
    sub = _plan_of_nobody(world)
    assert timers.run_due(world) == 1
    timer = _first_timer(world)
    assert (timer["kind"], timer["failures"]) == ("renew_subscription", 1)
    assert "No such customer: 'cus_1'" in timer["error"]
    assert world.store.counts() == {"subscription": 1}
    assert world.store.get("subscription", "sub_1").body == sub
    # It waits its time, and holds nothing else up.
    assert timers.run_due(world) == 0


def test_a_timer_that_failed_is_tried_again(world):
    _plan_of_nobody(world)
    timers.run_due(world)
    world.store.put("customer", shape("customer", id="cus_1"))
    world.store.execute("UPDATE timers SET retry_at = 0")
    assert timers.run_due(world) == 1
    assert world.store.counts()["invoice"] == 1
    assert _first_timer(world)["failures"] == 0


def test_what_a_caller_has_decided_before_is_dropped(client, standin, paid):
    refund = client.v1.refunds.create({"charge": paid["charge"]})
    standin.control(f"refunds/{refund.id}/succeed")
    standin.fail_refund(refund.id)
    standin.settle()
    assert standin.state()["timers"] == []
