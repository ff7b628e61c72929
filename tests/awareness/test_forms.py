"""The contact form asks for what a safe answer needs, and no more."""

import pytest

from awareness import contact
from awareness.forms import ContactForm


def filled(**more):
    data = {"topic": "other", "text": "Hello", "reply": "none", "key": contact.new_key()}
    return ContactForm(data | more)


def test_the_least_that_can_be_said():
    form = filled()
    assert form.is_valid(), form.errors
    written = form.written(language="es")
    assert (written.text, written.reply, written.reply_to, written.language) == (
        "Hello", "none", "", "es",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "to"), [("email", "ana@example.org"), ("phone", "+1 (555) 010-0199")]
)
def test_an_answer_goes_where_it_was_asked_for(reply, to):
    form = filled(reply=reply, reply_to=to)
    assert form.is_valid(), form.errors
    assert form.written(language="en").reply_to == to


@pytest.mark.parametrize(
    ("reply", "to"),
    [("email", ""), ("email", "ana"), ("phone", ""), ("phone", "soon"), ("phone", "123")],
)
def test_an_answer_needs_an_address_of_its_kind(reply, to):
    form = filled(reply=reply, reply_to=to)
    assert list(form.errors) == ["reply_to"]


def test_who_wants_no_answer_leaves_no_address():
    form = filled(reply="none", reply_to="ana@example.org")
    assert form.is_valid()
    assert form.written(language="en").reply_to == ""


@pytest.mark.parametrize("missing", ["text", "reply", "topic"])
def test_what_is_needed_is_asked_for(missing):
    assert list(filled(**{missing: ""}).errors) == [missing]


@pytest.mark.parametrize("key", ["forged", ""])
def test_a_form_that_is_not_ours_must_be_sent_once_more(key):
    assert not filled(key=key).is_valid()


@pytest.mark.parametrize("text", ["x" * 5001, "a\x00b"])
def test_what_cannot_be_kept_is_refused(text):
    assert list(filled(text=text).errors) == ["text"]
