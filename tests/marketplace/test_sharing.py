"""A page is passed on by plain links that carry its address and nothing else."""

from urllib.parse import parse_qs, urlsplit

from marketplace import sharing


def test_each_link_carries_the_page_s_address_whole():
    url = "https://we.example/es/shop/p/pañuelo/?a=1&b=2"
    found = sharing.links(title="Pañuelo & más", url=url)
    assert len(found) == 4
    for link in found:
        told = parse_qs(urlsplit(link.url).query)
        assert any(url in value for values in told.values() for value in values)
    assert " " not in found[0].url
    assert "+" not in found[0].url
