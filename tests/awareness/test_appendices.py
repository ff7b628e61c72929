from datetime import UTC, datetime

import pytest

from awareness import appendices
from partners.models import Pillar
from tests.factories.awareness import PageFactory
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_most_pages_show_their_text_only():
    assert appendices.of(PageFactory(), kin=[], now=NOW) is None


@pytest.mark.parametrize("key", list(appendices.BY_KEY))
def test_each_part_stands_on_its_page_and_in_the_list_of_contents(client, key):
    page = PageFactory(key=key, path_en=f"about/{key}/")
    found = appendices.of(page, kin=[page], now=NOW)
    assert found is not None
    html = client.get(f"/en/about/{key}/").content.decode()
    for anchor, heading in found.contents.items():
        assert f'<li><a href="#{anchor}">{heading}</a></li>' in html
        assert f'<section id="{anchor}"' in html


def test_a_page_of_a_pillar_lists_the_programmes_of_that_pillar(client):
    ours = ProgrammeFactory(name="Ours", pillar=Pillar.PREVENTION)
    ProgrammeFactory(name="Other", pillar=Pillar.AFTERCARE)
    PageFactory(path_en="our-work/prevention/", pillar=Pillar.PREVENTION)
    html = client.get("/en/our-work/prevention/").content.decode()
    assert ours.get_absolute_url() in html
    assert "Other" not in html
    assert 'href="/en/partners/"' in html
    PageFactory(path_en="our-work/rescue/", pillar=Pillar.RESCUE)
    assert "No partner has a programme" in client.get("/en/our-work/rescue/").content.decode()
