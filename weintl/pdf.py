"""Papers as PDF: a typst template and data, nothing else. The same data give the same bytes.

Templates stand in templates/papers/. They read `sys.inputs.data` as JSON, set no date of the
document, and use only the typefaces that typst brings along.
"""

import json
from typing import Any

import typst

from weintl.env import BASE_DIR

PAPERS = BASE_DIR / "templates" / "papers"


def render(template: str, data: dict[str, Any]) -> bytes:
    """Return the PDF that `templates/papers/<template>.typ` makes of `data`."""
    source = (PAPERS / f"{template}.typ").read_bytes()
    made: bytes = typst.compile(  # type: ignore[type-var]
        source,
        root=str(PAPERS),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, sort_keys=True, ensure_ascii=False)},
    )
    return made
