"""Headers, the same-origin rule, the root and the quick exit."""

import gzip
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from weintl import web


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://elsewhere.example"}, False),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({}, False),
    ],
)
def test_same_origin_is_believed_only_when_the_browser_proves_it(headers, expected):
    request = RequestFactory().post("/", headers=headers)
    assert web.is_same_origin(request) is expected


@pytest.mark.parametrize(
    ("wanted", "target"),
    [("es-MX,es;q=0.9", "/es/"), ("en-GB", "/en/"), ("fr", "/en/"), ("", "/en/")],
)
def test_the_root_follows_the_browsers_language(client, wanted, target):
    answer = client.get("/", headers={"Accept-Language": wanted})
    assert answer.status_code == 302
    assert answer["Location"] == target
    assert "Accept-Language" in answer["Vary"]
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies


def test_the_root_ignores_a_language_cookie(client):
    client.cookies["django_language"] = "es"
    assert client.get("/", headers={"Accept-Language": "en"})["Location"] == "/en/"


def test_leaving_forgets_cookies_and_cache_but_not_storage(client, settings):
    settings.QUICK_EXIT_URL = "https://weather.example/"
    client.cookies["sessionid"] = "abc"
    client.cookies["csrftoken"] = "k" * 32
    answer = client.get("/exit/")
    assert answer["Location"] == "https://weather.example/"
    assert answer["Clear-Site-Data"] == '"cookies", "cache"'
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert {name for name, morsel in answer.cookies.items() if morsel["max-age"] == 0} == {
        "sessionid",
        "csrftoken",
        # Told to a donor's pages alone, so never sent along here.
        "giving_en",
        "giving_es",
    }


@pytest.mark.parametrize("name", ["path", "expires", "foo[bar]", "a@b", "a b", '"'])
def test_no_cookie_of_whatever_name_keeps_anybody_from_leaving(client, settings, name):
    settings.QUICK_EXIT_URL = "https://weather.example/"
    answer = client.get("/exit/", headers={"Cookie": f"{name}=1; sessionid=abc"})
    assert answer["Location"] == "https://weather.example/"
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert "cookies" in answer["Clear-Site-Data"]


@pytest.mark.parametrize(
    "path", ["/en/help/", "/en/stories/", "/en/search/?q=a", "/exit/", "/en/no/"]
)
def test_a_broken_token_is_not_answered_with_a_cookie(client, db, path):
    client.cookies["csrftoken"] = "broken"
    answer = client.get(path)
    assert not answer.cookies.get("csrftoken") or answer.cookies["csrftoken"]["max-age"] == 0


def test_a_form_heals_a_broken_token(client, db):
    client.cookies["csrftoken"] = "broken"
    assert len(client.get("/en/contact/").cookies["csrftoken"].value) == 32


@pytest.mark.parametrize(
    "address",
    ["/en/orders/%00/", "/en/giving/%00/thanks/", "/en/shop/?page=%00", "/admin/login/?next=%00"],
)
def test_an_address_with_a_nul_is_not_understood(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Not understood" in answer.content.decode()
    assert answer["Content-Security-Policy"]


def test_a_form_in_another_character_set_is_not_understood(client):
    client.cookies["csrftoken"] = "k" * 32
    kind = "application/x-www-form-urlencoded; charset=utf-7"
    answer = client.post("/en/cart/add/", "sku=a", content_type=kind)
    assert answer.status_code == 400
    assert "Not understood" in answer.content.decode()


def test_pages_are_not_stored_unless_a_view_says_so(client):
    assert client.get("/healthz")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["/en/", "/", "/en/shop/", "/robots.txt"])
@pytest.mark.parametrize("cookie", ["junk", "a" * 32, ""])
def test_what_is_public_bears_nothing_of_who_asked(client, db, page, cookie):
    first = client.get(page)
    client.cookies["sessionid"] = cookie
    answer = client.get(page)
    assert answer["Cache-Control"] == web.PUBLIC
    assert not answer.cookies
    assert answer.get("Vary") == first.get("Vary")
    assert "Cookie" not in answer.get("Vary", "")


def test_the_policy_allows_nothing_from_elsewhere(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


def test_log_lines_are_json_with_fields():
    record = logging.makeLogRecord({"msg": "payment.paid", "levelname": "INFO", "payment": 7})
    line = web.EventFormatter().format(record)
    assert '"event": "payment.paid"' in line
    assert '"payment": 7' in line


def test_addresses_that_are_not_there_are_not_written_down(client, db, caplog):
    assert client.get("/en/stories/marigold/").status_code == 404
    assert client.post("/en/stories/").status_code == 405
    assert "stories" not in caplog.text


def test_absolute_addresses_start_at_the_site(settings):
    settings.SITE_URL = "https://we.example"
    assert web.absolute("/en/") == "https://we.example/en/"


@pytest.mark.django_db
def test_words_for_everybody_are_compressed_also_for_who_has_a_cookie(client):
    plain = client.get("/en/")
    assert not plain.has_header("Content-Encoding")
    client.cookies["cart"] = "anything"
    packed = client.get("/en/", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    again = client.get("/en/", headers={"If-None-Match": packed["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_what_is_made_for_one_visitor_is_not_compressed(client):
    """Its length could betray what stands in it."""
    takes = {"Accept-Encoding": "gzip"}
    assert client.get("/en/help/", headers=takes)["Content-Encoding"] == "gzip"
    assert not client.get("/en/contact/", headers=takes).has_header("Content-Encoding")
    assert not client.get("/en/help/", headers=takes).has_header("Content-Encoding")


def test_only_words_are_compressed(rf):
    for kind, is_packed in [
        ("text/csv; charset=utf-8", True),
        ("application/json", True),
        ("application/atom+xml; charset=utf-8", True),
        ("application/pdf", False),
        ("image/webp", False),
    ]:
        answer = HttpResponse(b"word " * 100, content_type=kind)
        pack = web.PackedWords(lambda request, answer=answer: answer)
        found = pack(rf.get("/", headers={"Accept-Encoding": "gzip"}))
        assert found.has_header("Content-Encoding") is is_packed, kind
