"""Controlled lists: one entry for one thing, one choice of each option."""

import pytest
from django.db import IntegrityError, transaction

from marketplace.models import Material, OptionValue, Technique, Variant
from tests.factories.marketplace import OptionValueFactory, TermFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["cotton", "COTTÓN"])
def test_the_same_name_in_other_letters_is_refused(name):
    TermFactory(code="cotton", name_en="Cotton", name_es="Algodón")
    with pytest.raises(IntegrityError):
        Material.objects.create(code="other", name_en=name, name_es="Otro")


def test_an_entry_needs_words_in_both_languages():
    with pytest.raises(IntegrityError):
        Technique.objects.create(code="ikat", name_en="Ikat", name_es="")


def test_a_variant_is_called_by_its_choices_whoever_renames_them():
    blue = OptionValueFactory(name_en="Blue", name_es="Azul")
    small = OptionValueFactory(option__position=1, name_en="Small", name_es="Pequeño")
    variant = VariantFactory(name_en="", name_es="")
    variant.values.add(small, blue)
    variant.refresh_from_db()
    assert (variant.name_en, variant.name_es) == ("Blue, Small", "Azul, Pequeño")
    blue.name_en = "Indigo"
    blue.save()
    assert Variant.objects.get(pk=variant.pk).name_en == "Indigo, Small"


def test_two_choices_of_one_option_are_refused():
    blue = OptionValueFactory()
    red = OptionValueFactory(option=blue.option)
    variant = VariantFactory()
    variant.values.add(blue)
    with pytest.raises(IntegrityError), transaction.atomic():
        variant.values.add(red)
    other = OptionValueFactory()
    with pytest.raises(IntegrityError):
        OptionValue.objects.filter(pk=red.pk).update(option=other.option)
