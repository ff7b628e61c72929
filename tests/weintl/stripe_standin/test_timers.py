from tests.plugins.processes import wait_for
from tests.plugins.standin import start_standin


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
