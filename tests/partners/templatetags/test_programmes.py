import pytest
from django.template import Context, Template

from partners.models import Pillar
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db
TAG = Template("{% load programmes %}{% programmes_of pillar %}")


def test_the_public_programmes_of_a_pillar_are_listed_in_one_query(django_assert_num_queries):
    shown = [ProgrammeFactory(pillar=Pillar.RESCUE) for _ in range(3)]
    hidden = ProgrammeFactory(pillar=Pillar.RESCUE, is_active=False)
    other = ProgrammeFactory(pillar=Pillar.PREVENTION)
    with django_assert_num_queries(1):
        html = TAG.render(Context({"pillar": "rescue"}))
    for programme in shown:
        assert programme.get_absolute_url() in html
    for programme in (hidden, other):
        assert programme.get_absolute_url() not in html


def test_a_word_that_is_no_pillar_is_a_fault():
    with pytest.raises(ValueError, match="charity"):
        TAG.render(Context({"pillar": "charity"}))
