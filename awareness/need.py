"""Whether typed words sound like somebody in need, and which countries they name."""

from functools import cache

from babel import Locale

from weintl.search.words import Words, fold

# Folded: without accents, in lower case.
NEED = {
    "en": (
        "help helpline helplines hotline hotlines emergency danger rescue rescued escape escaping "
        "trapped afraid scared threatened forced beaten police report call 112 911 999 victim"
    ),
    "es": (
        "ayuda ayudar ayudeme auxilio socorro emergencia peligro rescate escapar huir salir "
        "atrapada atrapado miedo amenaza amenazada amenazado obligada obligado golpes policia "
        "denuncia denunciar llamar linea telefono 112 911 999 victima"
    ),
}
# What people write for countries beside their names.
SHORT = {"usa": "US", "eeuu": "US", "ee uu": "US", "uk": "GB", "uae": "AE",
         "england": "GB", "inglaterra": "GB", "scotland": "GB", "escocia": "GB",
         "holland": "NL", "holanda": "NL"}  # fmt: skip


def is_heard(words: Words) -> bool:
    """Say whether somebody may be looking for help rather than for something to read."""
    asked = {fold(term) for term in words.terms}
    return bool(asked & set(NEED[words.language].split())) or bool(countries(words))


def countries(words: Words) -> list[str]:
    """Return the codes of the countries that the words name, in their order of code."""
    said = f" {fold(' '.join(words.terms))} "
    return sorted({code for name, code in _names(words.language).items() if f" {name} " in said})


@cache
def _names(language: str) -> dict[str, str]:
    """Return {folded name: code} in the language and in English."""
    found = dict(SHORT)
    for each in ("en", language):
        for code, name in Locale.parse(each).territories.items():
            if len(code) == 2 and code.isalpha():
                found[" ".join(fold(name).replace("-", " ").split())] = code
    return found
