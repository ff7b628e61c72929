"""Papers as PDF: a typst template and data, nothing else. The same data give the same bytes.

Templates stand in templates/papers/. They read `sys.inputs.data` as JSON, set no date of the
document, and use the typefaces that typst brings along. Those write Latin, Greek and Cyrillic;
papers that bear people's names may fall back on the machine's for other letters.
"""

import json
from typing import Any

import typst
from django.http import HttpResponse

from weintl.env import BASE_DIR

# Which typefaces a paper may use: those that come with typst, or the machine's too.
OWN, ALL = "own", "all"
PAPERS = BASE_DIR / "templates" / "papers"


def render(template: str, data: dict[str, Any], *, typefaces: str = OWN) -> bytes:
    """Return the PDF that `templates/papers/<template>.typ` makes of `data`.

    With `typefaces` ALL the bytes depend on the machine's typefaces: for papers that are kept,
    or used up at once.
    """
    source = (PAPERS / f"{template}.typ").read_bytes()
    made: bytes = typst.compile(  # type: ignore[type-var]
        source,
        root=str(PAPERS),
        ignore_system_fonts=typefaces == OWN,
        sys_inputs={"data": json.dumps(data, sort_keys=True, ensure_ascii=False)},
    )
    return made


def answer(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that a browser may show, and saves under `name`."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
