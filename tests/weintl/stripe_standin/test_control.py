import time
import urllib.error
import urllib.request

import pytest

from tests.plugins.processes import PATIENCE


def test_the_clock_moves_and_comes_back(standin):
    assert abs(standin.clock()["now"] - time.time()) < 2
    assert abs(standin.clock(set=1_700_000_000)["now"] - 1_700_000_000) < 2
    assert abs(standin.clock(advance=100)["now"] - 1_700_000_100) < 2
    assert abs(standin.clock(reset=True)["now"] - time.time()) < 2
    with pytest.raises(AssertionError):
        standin.clock(back=1)


def test_objects_carry_the_moved_time(client, standin, params):
    standin.clock(set=1_700_000_000)
    made = client.v1.checkout.sessions.create(params())
    done = standin.pay(made.id)
    charge = client.v1.charges.retrieve(done["charge"])
    assert 1_700_000_000 <= made.created <= charge.created <= 1_700_000_010


def test_state_shows_what_is_on_its_way(standin, session):
    assert standin.state()["is_idle"] is True
    standin.pay(session.id)
    state = standin.state()
    assert state["is_idle"] is False
    assert [timer["kind"] for timer in state["timers"]] == ["settle_charge"]
    assert state["objects"]["charge"] == 1
    standin.settle()
    assert standin.state()["is_idle"] is True


def test_reset_forgets_everything(client, standin, paid):
    standin.clock(advance=500)
    standin.faults(status=500)
    standin.reset()
    state = standin.state()
    assert (state["objects"], state["faults"], state["timers"]) == ({}, [], [])
    assert state["clock"]["offset"] == 0


def test_thirty_orders_over_ninety_days_take_seconds(client, standin, params):
    started = time.monotonic()
    standin.clock(advance=-90 * 86_400)
    for _ in range(30):
        made = client.v1.checkout.sessions.create(params())
        standin.pay(made.id)
        standin.clock(advance=3 * 86_400)
    standin.clock(reset=True)
    assert time.monotonic() - started < PATIENCE / 2
    assert len(list(client.v1.charges.list({"limit": 100}).data)) == 30
    assert all(charge.balance_transaction for charge in client.v1.charges.list({}).data)


@pytest.mark.parametrize("path", ["nonsense", "sessions/cs_none/pay", "charges/ch_none/settle"])
def test_an_unknown_control_is_refused(standin, path):
    with pytest.raises(AssertionError, match="404"):
        standin.control(path)


def test_a_web_page_cannot_call_it_without_being_asked(standin):
    request = urllib.request.Request(f"{standin.url}/_sim/reset", method="POST", data=b"{}")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=PATIENCE)
    assert caught.value.code == 415
    caught.value.close()
