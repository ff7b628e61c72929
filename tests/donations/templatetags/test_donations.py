"""What other pages show of giving."""

import pytest
from django.template import Context, Template

from tests.factories.donations import FundFactory
from tests.factories.partners import ProgrammeFactory
from weintl.organisation.models import Organisation


@pytest.mark.django_db
def test_a_programme_offers_its_own_fund_alone(django_assert_num_queries):
    one, other = ProgrammeFactory(), ProgrammeFactory()
    FundFactory(key="one", programme=one, use="", name_en="Looms")
    FundFactory(key="shut", programme=other, use="", is_open=False)
    tag = Template("{% load donations %}{% give_to programmes %}")
    organisation = Organisation(pk=1, name="WE")
    with django_assert_num_queries(1):
        html = tag.render(Context({"organisation": organisation, "programmes": [one, other]}))
    assert "?fund=one" in html
    assert "Looms" in html
    assert "shut" not in html
    organisation.are_gifts_open = False
    assert not tag.render(
        Context({"organisation": organisation, "programmes": [one, other]})
    ).strip()
