"""Translations are compiled without gettext's programs, and only when they changed."""

import gettext

from weintl.embedded import messages

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Help"
msgstr "Ayuda"
"""


def test_a_catalogue_is_compiled_once(tmp_path):
    source = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    assert messages.compile_all(tmp_path) == [source.with_suffix(".mo")]
    assert messages.compile_all(tmp_path) == []
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Help") == "Ayuda"
