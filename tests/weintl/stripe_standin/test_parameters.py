from decimal import Decimal

import pytest

from weintl.stripe_standin import forms, parameters
from weintl.stripe_standin.api import ENDPOINTS
from weintl.stripe_standin.errors import ApiError


def check(name: str, text: str):
    return parameters.check(name, values=forms.parse(text))


def test_values_come_back_typed():
    given = check(
        "checkout.SessionCreateParams",
        "mode=payment&expires_at=5&allow_promotion_codes=true&expand[0]=customer&expand[1]=invoice"
        "&line_items[0][quantity]=2&line_items[0][price_data][currency]=usd"
        "&line_items[0][price_data][unit_amount_decimal]=1.5&metadata[a]=b",
    )
    price = {"currency": "usd", "unit_amount_decimal": Decimal("1.5")}
    assert given == {
        "mode": "payment",
        "expires_at": 5,
        "allow_promotion_codes": True,
        "expand": ["customer", "invoice"],
        "line_items": [{"quantity": 2, "price_data": price}],
        "metadata": {"a": "b"},
    }


@pytest.mark.parametrize(
    ("text", "param", "code"),
    [
        ("payment_method_types[0]=card", "payment_method_types", "parameter_unknown"),
        ("line_items[0][color]=red", "line_items[0][color]", "parameter_unknown"),
        ("ui_mode=hosted", "ui_mode", None),
        ("expires_at=soon", "expires_at", "parameter_invalid_integer"),
        ("expires_at=1.5", "expires_at", "parameter_invalid_integer"),
        ("allow_promotion_codes=True", "allow_promotion_codes", None),
        ("success_url=", "success_url", "parameter_invalid_empty"),
        ("line_items=shawl", "line_items", None),
        ("line_items[x][quantity]=1", "line_items", None),
        ("payment_intent_data=1", "payment_intent_data", None),
        ("mode[a]=payment", "mode", None),
        (
            "line_items[0][price_data][unit_amount]=5",
            "line_items[0][price_data][currency]",
            "parameter_missing",
        ),
        ("metadata[" + "k" * 41 + "]=v", "metadata[" + "k" * 41 + "]", None),
        ("metadata[k]=" + "v" * 501, "metadata[k]", None),
    ],
)
def test_what_the_type_does_not_allow_is_refused_by_name(text, param, code):
    with pytest.raises(ApiError) as caught:
        check("checkout.SessionCreateParams", text)
    assert (caught.value.fields["param"], caught.value.fields["code"]) == (param, code)
    assert caught.value.status == 400


def test_more_than_fifty_metadata_keys_are_refused():
    text = "&".join(f"metadata[k{number}]=v" for number in range(51))
    with pytest.raises(ApiError, match="50"):
        check("CustomerCreateParams", text)


def test_an_empty_value_clears_where_the_type_says_so():
    assert check("CustomerUpdateParams", "metadata=") == {"metadata": ""}
    with pytest.raises(ApiError, match="cannot be unset"):
        check("CustomerUpdateParams", "name=")


def test_a_moment_or_a_range_is_taken():
    assert check("EventListParams", "created=7") == {"created": 7}
    assert check("EventListParams", "created[gte]=7") == {"created": {"gte": 7}}
    with pytest.raises(ApiError):
        check("EventListParams", "created[since]=7")


def test_options_of_the_sdk_are_no_parameters_of_the_api():
    with pytest.raises(ApiError, match="unknown parameter: api_key"):
        check("RefundCreateParams", "api_key=sk_test_x")


@pytest.mark.parametrize("name", sorted({endpoint.params for endpoint in ENDPOINTS}))
def test_every_endpoint_has_a_type_in_the_installed_sdk(name):
    with pytest.raises(ApiError, match="unknown parameter: nonsense"):
        check(name, "nonsense=1")
