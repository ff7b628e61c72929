import http.client
import json
from urllib.parse import urlsplit

import pytest
import stripe

from tests.plugins import description
from tests.plugins.processes import PATIENCE
from weintl.stripe_standin.api import ENDPOINTS


def call(standin, method, path, body="", **headers):
    host = urlsplit(standin.url).netloc
    connection = http.client.HTTPConnection(host, timeout=PATIENCE)
    sent = {"Authorization": "Bearer sk_test_x", **headers}
    if body:
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    connection.request(method, path, body=body or None, headers=sent)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, json.loads(data)


@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc", "pk_test_x", "nonsense", ""])
def test_only_test_keys_are_taken(standin, key):
    response, body = call(standin, "GET", "/v1/balance", Authorization=f"Bearer {key}")
    assert response.status == 401
    assert body["error"]["type"] == "invalid_request_error"
    assert "51abc" not in json.dumps(body)


def test_the_sdk_reads_a_refused_live_key_as_authentication_error(standin):
    client = stripe.StripeClient("sk_live_x", base_addresses={"api": standin.url})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.balance.retrieve()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/subscription_items"),
        ("POST", "/v1/payment_intents"),
        ("DELETE", "/v1/customers/cus_1"),
        ("GET", "/v2/core/events"),
        ("GET", "/"),
        ("GET", "/v1/charges/ch_1/extra"),
    ],
)
def test_an_unknown_path_is_404_in_stripes_shape(standin, method, path):
    response, body = call(standin, method, path)
    assert response.status == 404
    assert body["error"]["message"].startswith(f"Unrecognized request URL ({method}: {path})")


def test_an_unknown_id_is_resource_missing(client):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.charges.retrieve("ch_none")
    assert caught.value.http_status == 404
    assert caught.value.code == "resource_missing"
    assert caught.value.user_message == "No such charge: 'ch_none'"


def test_another_api_version_is_refused(standin):
    response, _ = call(standin, "GET", "/v1/balance", **{"Stripe-Version": "2020-08-27"})
    assert response.status == 400
    response, _ = call(standin, "GET", "/v1/balance", **{"Stripe-Version": stripe.api_version})
    assert response.status == 200
    assert response.getheader("Stripe-Version") == stripe.api_version
    assert response.getheader("Request-Id").startswith("req_")


def test_a_json_body_is_refused(standin):
    headers = {"Content-Type": "application/json"}
    response, _ = call(standin, "POST", "/v1/customers", '{"name": "x"}', **headers)
    assert response.status == 400


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_every_endpoint_refuses_an_unknown_parameter(standin, endpoint):
    path = endpoint.path.replace("{id}", "x_1")
    if endpoint.method == "POST":
        response, body = call(standin, "POST", path, "nonsense=1")
    else:
        response, body = call(standin, endpoint.method, f"{path}?nonsense=1")
    assert response.status == 400
    assert body["error"]["code"] == "parameter_unknown"
    assert body["error"]["param"] == "nonsense"


def test_every_endpoint_is_one_of_stripes():
    known = description.operations()
    named = [f"{one.method} {one.path.replace('{id}', '{}')}" for one in ENDPOINTS]
    # Stripe's, too: the installed package has them, the short copy of the description not.
    beyond = {
        "GET /v1/invoice_payments/{}",
        "POST /v1/subscriptions/{}/pause",
        "POST /v1/subscriptions/{}/resume",
        "POST /v1/invoices/{}/pay",
        "POST /v1/invoices/{}/void",
        "GET /v1/setup_intents/{}",
        "GET /v1/payment_methods",
        "GET /v1/payment_methods/{}",
        "POST /v1/payment_methods/{}/attach",
        "GET /v1/customers/{}/payment_methods",
    }
    assert [name for name in named if name not in known | beyond] == []
