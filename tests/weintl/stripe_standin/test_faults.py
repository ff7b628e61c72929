import threading
import time

import pytest
import stripe

from tests.plugins.processes import wait_for

SILENCE = 4.0


def test_an_error_meets_as_many_requests_as_asked(client, standin):
    standin.faults(status=503, count=2, path="/v1/balance", method="GET")
    assert client.v1.charges.list({}).data == []
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.balance.retrieve()
        assert caught.value.http_status == 503
    assert client.v1.balance.retrieve().object == "balance"


def test_a_rate_limit_is_told_as_one(client, standin):
    standin.faults(status=429)
    with pytest.raises(stripe.RateLimitError):
        client.v1.balance.retrieve()


def test_the_sdk_gets_over_what_it_retries(standin, reconnect, params):
    standin.faults(status=503, count=2)
    client = reconnect(standin, retries=2)
    assert client.v1.checkout.sessions.create(params()).status == "open"


def test_an_answer_lost_after_the_effect_is_found_by_the_same_key(standin, reconnect, params):
    standin.faults(drop_after_commit=True)
    client = reconnect(standin)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(params(), {"idempotency_key": "k1"})
    [made] = client.v1.checkout.sessions.list({}).data
    again = client.v1.checkout.sessions.create(params(), {"idempotency_key": "k1"})
    assert again.id == made.id


def test_an_error_may_come_after_the_effect(client, standin, params):
    standin.faults(status=500, after_commit=True)
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(params())
    assert len(client.v1.checkout.sessions.list({}).data) == 1


def test_silence_ends_in_a_timeout(standin, reconnect):
    standin.faults(hang=SILENCE)
    started = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        reconnect(standin, timeout=0.3).v1.balance.retrieve()
    assert time.monotonic() - started < SILENCE


def test_others_are_answered_while_one_hangs(standin, reconnect):
    standin.faults(hang=SILENCE)

    def give_up() -> None:
        with pytest.raises(stripe.APIConnectionError):
            reconnect(standin, timeout=SILENCE / 2).v1.balance.retrieve()

    slow = threading.Thread(target=give_up)
    slow.start()
    wait_for(lambda: not standin.state()["faults"])
    assert reconnect(standin).v1.balance.retrieve().object == "balance"
    assert slow.is_alive()
    slow.join()


def test_faults_are_cleared(client, standin):
    standin.faults(status=500, count=99)
    assert standin.clear_faults() == {"faults": []}
    client.v1.balance.retrieve()


@pytest.mark.parametrize("given", [{}, {"status": 418}, {"status": 500, "count": 0}, {"colour": 1}])
def test_a_fault_that_cannot_be_is_refused(standin, given):
    with pytest.raises(AssertionError):
        standin.faults(**given)
