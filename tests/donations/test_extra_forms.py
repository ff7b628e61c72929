"""What may be said beside a gift: nothing of it is asked for, and half of it is refused."""

import pytest

from donations.extra_forms import ExtrasForm
from donations.gifts import Extras

TRIBUTE = {
    "tribute_kind": "honour",
    "honoured_name": "Ines Prado",
    "recipient_email": "tom@example.org",
    "recipient_name": "Tom",
    "card_message": "With love",
}


class Form(ExtrasForm):
    """The mixed-in part alone."""

    def clean(self):
        data = super().clean()
        self.check_tribute()
        return data


def test_nothing_said_is_nothing_kept():
    form = Form({})
    assert form.is_valid()
    assert form.extras == Extras()
    assert not form.has_tribute
    assert not form.has_giver


def test_all_of_it_is_kept():
    form = Form({**TRIBUTE, "organisation_name": "Loom Ltd", "is_anonymous": "on", "note": "Hi"})
    assert form.is_valid()
    said = form.extras
    assert (said.organisation_name, said.is_anonymous, said.note) == ("Loom Ltd", True, "Hi")
    assert said.tribute.recipient_email == "tom@example.org"
    assert form.has_tribute
    assert form.has_giver


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"honoured_name": ""}, "honoured_name"),
        ({"tribute_kind": ""}, "tribute_kind"),
        ({"recipient_email": ""}, "recipient_email"),
        ({"recipient_email": "tom@"}, "recipient_email"),
        ({"recipient_email": "root@localhost"}, "recipient_email"),
        ({"recipient_email": "tom@[127.0.0.1]"}, "recipient_email"),
        ({"card_message": "See www.example.org"}, "card_message"),
        ({"card_message": "x" * 401}, "card_message"),
        ({"honoured_name": "http://example.org"}, "honoured_name"),
        ({"recipient_name": "a://b"}, "recipient_name"),
    ],
)
def test_half_a_tribute_is_refused_and_its_part_stays_open(changes, field):
    form = Form({**TRIBUTE, **changes})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form.has_tribute
