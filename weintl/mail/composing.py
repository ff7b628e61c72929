"""Make the message of a row: text and HTML in its language, headers that stay the same."""

from email.headerregistry import Address
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import override

from weintl.organisation.models import Organisation

from .models import Mail


def compose(mail: Mail) -> EmailMultiAlternatives:
    """Return the message of `mail`; the same row makes the same message again.

    Raises what the templates raise. No picture is loaded from anywhere and no link is
    rewritten, so opening and clicking stay the reader's own business.
    """
    organisation = Organisation.current()
    with override(mail.language):
        context = _context(mail, organisation)
        # A line break in a subject would begin another header.
        subject = " ".join(_plain(f"mail/{mail.template}.subject.txt", context).split())
        context["subject"] = subject
        text = _plain(f"mail/{mail.template}.txt", context).strip() + "\n"
        html = render_to_string(f"mail/{mail.template}.html", context)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=_address(organisation.name, settings.DEFAULT_FROM_EMAIL),
        to=[mail.recipient],
        reply_to=[_address(organisation.reply_name, organisation.contact_email)],
        headers={
            "Message-ID": mail.message_id,
            # Not `created_at`: a gift by cheque is thanked for with the day on which it came.
            "Date": format_datetime(mail.queued_at),
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )
    message.attach_alternative(html, "text/html")
    for name, content, kind in _attachments(mail):
        message.attach(name, content, kind)
    return message


def _attachments(mail: Mail) -> list[tuple[str, bytes, str]]:
    """Return name, bytes and type of the files that whoever queued this template sends with it."""
    path = settings.MAIL_ATTACHMENTS.get(mail.template)
    return import_string(path)(mail) if path else []


def _context(mail: Mail, organisation: Organisation) -> dict[str, Any]:
    return {
        **mail.context,
        "organisation": organisation,
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "language": mail.language,
    }


def _plain(name: str, context: dict[str, Any]) -> str:
    # Names with an ampersand must not turn into entities in plain text.
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return str(template.render(Context(context, autoescape=False)))


def _address(name: str, address: str) -> str:
    """Return `name <address>`, quoted as headers need it; `address` may carry a name itself."""
    if not name or "<" in address:
        return address
    return str(Address(display_name=name, addr_spec=address))
