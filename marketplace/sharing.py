"""Plain links by which a page is shown to others. Nothing of these services is ever loaded."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class ShareLink:
    """Where a link leads, and what it is called."""

    name: str
    url: str


def links(*, title: str, url: str) -> list[ShareLink]:
    """Return the ways to pass on a page, mail first: it tells nobody else."""
    both = f"{title} {url}"
    mail = urlencode({"subject": title, "body": url}, quote_via=quote)
    return [
        ShareLink(_("E-mail"), f"mailto:?{mail}"),
        ShareLink("WhatsApp", f"https://wa.me/?{urlencode({'text': both})}"),
        ShareLink(
            "Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}"
        ),
        ShareLink(
            "Pinterest",
            f"https://www.pinterest.com/pin/create/button/?{urlencode({'url': url})}",
        ),
    ]
