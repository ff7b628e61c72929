"""What other pages show of giving."""

from django.template import Context, Template

from weintl.organisation.models import Organisation

BAND = Template("{% load donations %}{% give_band %}")


def band(**changes) -> str:
    organisation = Organisation(pk=1, name="WE", **changes)
    return BAND.render(Context({"organisation": organisation, "base_currency": "usd"}))


def test_the_band_leads_to_the_give_page_with_each_amount():
    html = band()
    assert '/en/give/?cents=1000">$10</a>' in html
    assert '/en/give/?cents=8000">$80</a>' in html


def test_there_is_no_band_while_gifts_are_closed():
    assert band(are_gifts_open=False).strip() == ""
