import copy
import time

import pytest
import stripe


def refused(client, params):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    return caught.value


def without(params, name):
    return {key: value for key, value in params.items() if key != name}


@pytest.mark.parametrize("name", ["mode", "success_url", "line_items"])
def test_required_parameters_are_missed_by_name(client, params, name):
    error = refused(client, without(params(), name))
    assert (error.code, error.param) == ("parameter_missing", name)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"mode": "subscription"}, "line_items[0][price_data][recurring]"),
        ({"mode": "setup"}, "line_items"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"ui_mode": "hosted"}, "ui_mode"),
        ({"ui_mode": "elements"}, "ui_mode"),
        ({"submit_type": "subscribe"}, "submit_type"),
        ({"submit_type": "buy"}, "submit_type"),
        ({"subscription_data": {"description": "x"}}, "subscription_data"),
        ({"discounts": [{"coupon": "x"}]}, "discounts"),
        ({"shipping_options": [{"shipping_rate": "shr_1"}]}, "shipping_options"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax[enabled]"),
        ({"success_url": "/thanks/"}, "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url"),
        ({"customer_email": "nobody"}, "customer_email"),
        ({"locale": "xx"}, "locale"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        (
            {"payment_intent_data": {"capture_method": "manual"}},
            "payment_intent_data[capture_method]",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(client, params, more, param):
    assert refused(client, params(**more)).param == param


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"price": "price_1"}, "line_items[0][price]"),
        ({"price_data": None}, "line_items[0][price_data]"),
        ({"quantity": None}, "line_items[0][quantity]"),
        ({"quantity": 0}, "line_items[0][quantity]"),
        ({"price_data.unit_amount": None}, "line_items[0][price_data][unit_amount]"),
        ({"price_data.unit_amount": -1}, "line_items[0][price_data][unit_amount]"),
        ({"price_data.currency": "xxx"}, "line_items[0][price_data][currency]"),
        ({"price_data.product_data": None}, "line_items[0][price_data][product_data]"),
        ({"price_data.recurring": {"interval": "month"}}, "line_items[0][price_data][recurring]"),
        ({"price_data.product": "prod_1"}, "line_items[0][price_data][product]"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_by_name(client, params, change, param):
    line = copy.deepcopy(params()["line_items"][0])
    for name, value in change.items():
        place, _, last = name.rpartition(".")
        holder = line[place] if place else line
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    assert refused(client, params(line_items=[line])).param == param


def test_less_than_the_smallest_amount_is_refused(client, params):
    assert refused(client, params(49)).code == "amount_too_small"
    assert client.v1.checkout.sessions.create(params(50)).amount_total == 50


def test_two_currencies_or_too_many_lines_are_refused(client, params):
    line = params()["line_items"][0]
    other = {**line, "price_data": {**line["price_data"], "currency": "eur"}}
    assert refused(client, params(line_items=[line, other])).param == "line_items"
    assert refused(client, params(line_items=[line] * 101)).param == "line_items"


@pytest.mark.parametrize(("seconds", "is_taken"), [(1790, False), (1860, True), (86_300, True),
                                                   (86_500, False)])  # fmt: skip
def test_a_page_is_open_for_half_an_hour_to_a_day(client, params, seconds, is_taken):
    given = params(expires_at=int(time.time()) + seconds)
    if is_taken:
        assert client.v1.checkout.sessions.create(given).expires_at == given["expires_at"]
    else:
        assert refused(client, given).param == "expires_at"


def test_a_customer_must_exist_and_excludes_an_address(client, params):
    assert refused(client, params(customer="cus_none")).user_message.startswith("You may only")
    given = without(params(customer="cus_none"), "customer_email")
    assert refused(client, given).code == "resource_missing"
    customer = client.v1.customers.create({"email": "donor@example.org"})
    given = without(params(customer=customer.id), "customer_email")
    made = client.v1.checkout.sessions.create(given)
    assert made.customer == customer.id
    assert made.customer_details.email == "donor@example.org"
    assert refused(client, {**given, "customer_creation": "always"}).param == "customer_creation"
