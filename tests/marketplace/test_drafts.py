"""What a shopper typed is kept until the order is paid."""

from marketplace import drafts


def test_the_named_texts_are_kept_and_forgotten():
    session = {}
    drafts.keep(session, {"name": "Ana", "csrfmiddlewaretoken": "x"}, names=["name", "city"])
    assert drafts.kept(session) == {"name": "Ana", "city": ""}
    drafts.forget(session)
    assert session == {}
    assert drafts.kept(session) == {}


def test_a_huge_text_does_not_fill_the_session():
    session = {}
    drafts.keep(session, {"name": "A" * 10**6}, names=["name"])
    assert len(drafts.kept(session)["name"]) == drafts.LONGEST
