import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from awareness.models import Helpline
from awareness.models.helplines import refuse_odd_phones
from tests.factories.awareness import HelplineFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lack",
    [
        {"phones": []},
        {"operator_en": ""},
        {"operator_es": None},
        {"evidence": Helpline.Evidence.NONE},
        {"may_share_with_police_en": ""},
        {"may_share_with_police_es": ""},
        {"may_share_with_police_es": None},
        {"source_publisher": ""},
        {"is_emergency_only": True},
    ],
)
def test_the_database_refuses_to_publish_an_unverified_line(lack):
    with pytest.raises(IntegrityError), transaction.atomic():
        HelplineFactory(**lack)
    HelplineFactory(**lack, is_public=False)


@pytest.mark.django_db
def test_only_public_lines_are_shown():
    shown = HelplineFactory()
    HelplineFactory(is_public=False)
    assert list(Helpline.objects.public()) == [shown]


@pytest.mark.django_db
def test_staff_are_told_what_a_public_line_needs():
    helpline = HelplineFactory(is_public=False)
    helpline.is_public, helpline.phones = True, []
    with pytest.raises(ValidationError, match="police"):
        helpline.full_clean()


@pytest.mark.parametrize(
    "phones",
    ["999", [999], [{"display": 999, "dial": "999"}], [{"display": "9", "dial": 999}],
     [{"display": "9", "dial": "javascript:x"}]],
)  # fmt: skip
def test_numbers_are_texts_of_digits(phones):
    with pytest.raises(ValidationError):
        refuse_odd_phones(phones)


def test_a_number_of_zeros_stays_as_it_is():
    refuse_odd_phones([{"display": "000", "dial": "000"}])


@pytest.mark.parametrize(("text", "number"), [("233733 (BEFREE); EN/ES", "233733"), ("", "")])
def test_the_text_message_goes_to_its_digits(text, number):
    assert Helpline(text=text).text_number == number
