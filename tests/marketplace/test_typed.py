"""What was typed too late waits for its page, once and not for long."""

from datetime import timedelta

from marketplace import typed


def test_it_waits_for_its_page_and_comes_once(now):
    session = {}
    given = {"label": "Home", "csrfmiddlewaretoken": "secret", "long": "x" * 5_000}
    typed.keep(session, path="/en/a/", given=given, now=now)
    assert typed.take(session, path="/en/b/", now=now) == {}
    assert typed.take(session, path="/en/a/", now=now) == {"label": "Home", "long": "x" * 1_000}
    assert typed.take(session, path="/en/a/", now=now) == {}
    assert session == {}


def test_after_half_an_hour_it_is_gone_whichever_page_is_opened(now):
    session = {}
    typed.keep(session, path="/en/a/", given={"label": "Home"}, now=now)
    later = now + timedelta(minutes=30)
    assert typed.take(session, path="/en/b/", now=later) == {}
    assert session == {}
