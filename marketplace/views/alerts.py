"""“Mail me when it is back”: the form, and the two links of its mails."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weintl.limits import too_many
from weintl.web import private_page

from .. import alerts
from ..forms import AlertForm
from ..models import Variant

PER_HOUR = 10


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an address, and by mail whether it is theirs; who is too late finds the piece."""
    now = timezone.now()
    variant = Variant.objects.for_sale(now=now).filter(pk=pk).first()
    if variant is None:
        raise Http404
    if variant.free > 0 or variant.product.is_one_of_a_kind:
        return redirect(variant.product)
    form = AlertForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        if not too_many(request, key="alert", limit=PER_HOUR, seconds=3600):
            if not form.cleaned_data["website"]:
                language = get_language() or settings.LANGUAGE_CODE
                email = form.cleaned_data["email"]
                alerts.ask(variant=variant, email=email, language=language, now=now)
            return redirect("marketplace:alert_sent")
        form.add_error(None, _("Many requests came from your network. Try again in an hour."))
        status = 429
    elif form.is_bound:
        status = 422
    context = {"section": "shop", "variant": variant, "form": form}
    return render(request, "marketplace/alert.html", context, status=status)


@private_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, whatever was typed."""
    return render(request, "marketplace/alert_sent.html", {"section": "shop"})


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def yes(request: HttpRequest, word: str) -> HttpResponse:
    """Show whose yes is asked for; take it by POST."""
    alert = alerts.named(word)
    if alert is not None and request.method == "POST":
        alerts.confirm(alert=alert, now=timezone.now())
        return redirect("marketplace:alert_yes", word)
    context = {"section": "shop", "alert": alert, "word": word}
    status = 200 if alert else 404
    return render(request, "marketplace/alert_yes.html", context, status=status)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, word: str) -> HttpResponse:
    """Show what is forgotten; forget it by POST. Asked once more, it is gone already."""
    alert = alerts.named(word)
    if alert is not None and request.method == "POST":
        alerts.leave(alert=alert)
        alert = None
    context = {"section": "shop", "alert": alert, "word": word}
    return render(request, "marketplace/alert_leave.html", context)
