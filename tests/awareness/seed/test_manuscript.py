import pytest

from awareness.seed.manuscript import LANGUAGES, Malformed, parse, read_all, to_html

SOURCE = """title: A title: with a colon
path: understand/x/
---
## First | one | P2 P3

Some **strong** words
and a [link](help#call), [there](https://there.example/?a=1&b=2).

- one
- two
  goes on

## Second | two

[[stat:key]]
"""


def test_a_file_has_a_head_and_chapters():
    page = parse(SOURCE, key="x", language="en")
    assert page.head["title"] == "A title: with a colon"
    assert [(c.heading, c.anchor, c.seed_refs) for c in page.chapters] == [
        ("First", "one", ("P2", "P3")),
        ("Second", "two", ()),
    ]


def test_markup_becomes_html():
    first, second = parse(SOURCE, key="x", language="en").chapters
    assert to_html(first.text, addresses={"help": "/en/help/"}) == (
        '<p>Some <strong>strong</strong> words and a <a href="/en/help/#call">link</a>, '
        '<a href="https://there.example/?a=1&amp;b=2">there</a>.</p>\n'
        "<ul><li>one</li><li>two goes on</li></ul>"
    )
    assert to_html(second.text, addresses={}) == "<p>[[stat:key]]</p>"


def test_tags_in_a_text_are_words():
    assert to_html("1 < 2 <b>", addresses={}) == "<p>1 &lt; 2 &lt;b&gt;</p>"


@pytest.mark.parametrize(
    "source", ["title: x", "title\n---\n", "title: x\n---\n## Without anchor\n\nText."]
)
def test_a_malformed_file_is_refused(source):
    with pytest.raises(Malformed):
        parse(source, key="x", language="en")


def test_a_link_to_no_page_is_refused():
    with pytest.raises(Malformed, match="nowhere"):
        to_html("[a](nowhere)", addresses={})


def test_each_page_stands_in_both_languages_with_the_same_parts():
    for key, both in read_all().items():
        assert set(both) == set(LANGUAGES)
        for language in LANGUAGES:
            head = both[language].head
            assert head["title"] and head["lede"], f"{key} {language}"
        anchors = [[chapter.anchor for chapter in both[lang].chapters] for lang in LANGUAGES]
        assert anchors[0] == anchors[1], key
        blocks = [
            [len(chapter.text.split("\n\n")) for chapter in both[lang].chapters]
            for lang in LANGUAGES
        ]
        assert blocks[0] == blocks[1], f"{key}: a paragraph lacks its translation"


def test_a_language_that_is_missing_is_refused(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "only.txt").write_text("title: x\n---\n")
    with pytest.raises(Malformed, match="only"):
        read_all(folder=tmp_path)
