import pytest
import stripe


def test_a_customer_is_made_read_and_changed(client, types_of):
    made = client.v1.customers.create(
        {"email": "donor@example.org", "name": "Donor", "metadata": {"a": "1", "b": "2"}}
    )
    changed = client.v1.customers.update(
        made.id, {"name": "Other", "metadata": {"a": "", "c": "3"}}
    )
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    seen = client.v1.customers.retrieve(made.id)
    assert (seen.name, seen.email) == ("Other", "donor@example.org")
    assert types_of() == ["customer.created", "customer.updated"]
    event = client.v1.events.list({"type": "customer.updated"}).data[0]
    assert event.data.previous_attributes["name"] == "Donor"


@pytest.mark.parametrize("given", [{"email": "nobody"}, {"source": "tok_1"}, {"colour": "red"}])
def test_what_a_customer_cannot_have_is_refused(client, given):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.create(given)
    assert caught.value.param == next(iter(given))
