"""Writing to us: once, with what was typed kept, and in the reader's language."""

import pytest
from django.core import signing
from django.core.cache import cache

from awareness import contact
from awareness.models import ContactMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calm():
    cache.clear()


def old_key():
    """Return the word of a form that was shown long enough ago to have been read."""
    body, stamp, _signature = contact.new_key().rsplit(":", 2)
    earlier = f"{body}:{signing.b62_encode(signing.b62_decode(stamp) - 60)}"
    return f"{earlier}:{signing.TimestampSigner(salt=contact.SALT).signature(earlier)}"


def post(client, language="en", **more):
    data = {"topic": "figure", "text": "Page X is wrong.", "reply": "none", "key": old_key()}
    return client.post(f"/{language}/contact/", data | more)


def test_a_message_is_taken_in_and_the_page_after_it_bears_none_of_it(client):
    answer = post(client, "es")
    assert (answer.status_code, answer["Location"]) == (302, "/es/contact/sent/")
    message = ContactMessage.objects.get()
    assert (message.state, message.language, message.topic) == ("new", "es", "figure")
    after = client.get(answer["Location"])
    assert after["Cache-Control"] == "no-store"
    assert "Page X" not in after.content.decode()


def test_an_error_keeps_what_was_typed_and_says_what_to_do(client):
    answer = post(client, "es", reply="email", reply_to="ana")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Page X is wrong." in text
    assert 'value="ana"' in text
    assert "Escriba un correo electrónico como" in text
    assert not ContactMessage.objects.exists()


def test_a_form_that_was_open_for_too_long_goes_through_the_second_time(client):
    answer = post(client, key="forged")
    assert answer.status_code == 422
    assert "Page X is wrong." in answer.content.decode()
    again = answer.context["form"]["key"].value()
    assert contact.is_key(again)
    assert post(client, key=again).status_code == 302


def test_a_flood_is_told_to_wait_and_loses_nothing(client):
    for _ in range(6):
        assert post(client).status_code == 302
    answer = post(client)
    assert answer.status_code == 429
    assert "Page X is wrong." in answer.content.decode()
    assert ContactMessage.objects.count() == 6


def test_the_form_is_stored_by_nobody_and_demands_its_token(client):
    assert client.get("/en/contact/")["Cache-Control"] == "no-store"
    strict = type(client)(enforce_csrf_checks=True)
    assert post(strict).status_code == 403
    assert not ContactMessage.objects.exists()
