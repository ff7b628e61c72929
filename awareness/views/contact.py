"""Contact: our addresses, and a form that asks whether an answer would be safe."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from awareness import contact
from awareness.forms import ContactForm
from weintl.limits import too_many
from weintl.web import private_page

from .pages import body_of, own_page

PER_HOUR = 6


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Show the form; take in a message once, keep what was typed on any error."""
    if request.method != "POST":
        return _page(request, ContactForm(initial={"key": contact.new_key()}))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, _again(form, request.POST), status=422)
    if too_many(request, key="contact", limit=PER_HOUR, seconds=3600):
        form.add_error(None, _("Many messages came from your network. Try again in an hour."))
        return _page(request, _again(form, request.POST), status=429)
    written = form.written(language=get_language() or settings.LANGUAGE_CODE)
    contact.receive(written=written, now=timezone.now())
    return redirect("awareness:contact_sent")


def _again(form: ContactForm, sent: QueryDict) -> ContactForm:
    """Give the form a fresh word where its own has run out; what was typed stays."""
    if not contact.is_key(sent.get("key", "")):
        form.data = sent.copy()
        form.data["key"] = contact.new_key()
    return form


def _page(request: HttpRequest, form: ContactForm, *, status: int = 200) -> HttpResponse:
    own = own_page("contact")
    context = {"page": own, "body": body_of(own), "form": form, "section": "contact"}
    return render(request, "awareness/contact.html", context, status=status)


@require_safe
@private_page
def sent(request: HttpRequest) -> HttpResponse:
    """Say that the message is here and what happens now."""
    return render(request, "awareness/contact_sent.html", {"section": "contact"})
