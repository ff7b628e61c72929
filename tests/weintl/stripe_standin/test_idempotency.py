import threading

import pytest
import stripe

from tests.plugins.standin import start_standin


def create(client, params, key):
    return client.v1.checkout.sessions.create(params, {"idempotency_key": key})


def test_the_same_key_gives_the_same_answer(client, params):
    first = create(client, params(), "k1")
    second = create(client, params(), "k1")
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id
    assert len(client.v1.checkout.sessions.list({}).data) == 1


def test_the_answer_is_that_of_the_first_time(client, standin, params):
    first = create(client, params(), "k1")
    standin.pay(first.id)
    assert create(client, params(), "k1").status == "open"


def test_other_parameters_or_another_path_are_refused(client, params):
    create(client, params(), "k1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        create(client, params(2600), "k1")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({}, {"idempotency_key": "k1"})


def test_refused_parameters_do_not_burn_the_key(client, params):
    with pytest.raises(stripe.InvalidRequestError):
        create(client, params(ui_mode="hosted"), "k1")
    assert create(client, params(), "k1").status == "open"


def test_a_500_is_kept_and_replayed(client, standin, params):
    standin.faults(status=500)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            create(client, params(), "k1")
    assert client.v1.checkout.sessions.list({}).data == []
    assert create(client, params(), "k2").status == "open"


@pytest.mark.parametrize(
    "fault", [{"status": 429}, {"status": 409}, {"status": 503}, {"status": 500, "keep": False}]
)
def test_other_disturbances_are_not_kept(client, standin, params, fault):
    standin.faults(**fault)
    with pytest.raises(stripe.StripeError):
        create(client, params(), "k1")
    assert create(client, params(), "k1").status == "open"


def test_two_at_once_with_one_key_conflict(standin, params, reconnect):
    standin.faults(hang=0.6)
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(create(reconnect(standin), params(), "k1").id)
        except stripe.StripeError as error:
            answers.append(error.http_status)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 409 in answers
    assert len(reconnect(standin).v1.checkout.sessions.list({}).data) == 1


def test_keys_survive_a_kill(tmp_path, params, reconnect):
    with start_standin(tmp_path) as standin:
        first = create(reconnect(standin), params(), "k1")
        standin.kill()
        standin.restart()
        assert create(reconnect(standin), params(), "k1").id == first.id


def test_a_key_that_is_too_long_is_refused(client, params):
    with pytest.raises(stripe.InvalidRequestError):
        create(client, params(), "k" * 256)
