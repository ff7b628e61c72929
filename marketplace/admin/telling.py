"""What happened to an order, and what staff write down about it. Part of an order's page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.rows import link_to, table

from .. import notes, timeline
from ..models import Order
from .acts import new_key, sent


class NoteForm(forms.Form):
    """Words for whoever works here."""

    words = forms.CharField(
        label=_("note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Only staff read it. It cannot be changed afterwards."),
    )
    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)


class Telling:
    """What the admin of orders does with notes."""

    admin_site: Any
    opts: Any
    _order: Callable[..., Order]

    def timeline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what happened, and take a note of who may change orders."""
        order = self._order(request, pk, "marketplace.view_order")
        may_write = request.user.has_perm("marketplace.change_order")
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        form = NoteForm(sent(request), initial={"key": new_key()})
        if form.is_valid():
            notes.write(
                order_id=pk,
                words=form.cleaned_data["words"],
                request_key=f"order:{pk}:{form.cleaned_data['key']}",
                actor=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("The note is written down."))
            page = reverse("admin:marketplace_order_timeline", args=[pk])
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Time line and notes"),
            "opts": self.opts,
            "row": order,
            "back": reverse("admin:marketplace_order_change", args=[pk]),
            "form": form if may_write else None,
            "moments": moment_table(request, order),
        }
        return TemplateResponse(request, "marketplace/admin/timeline.html", context)


def moment_table(request: HttpRequest, order: Order) -> str | SafeString:
    """Return what happened, each leading to the row that says so where the reader may see it."""

    def words(moment: timeline.Moment) -> str | SafeString:
        meta = moment.row._meta if moment.row is not None else None
        is_open = meta is not None and request.user.has_perm(
            f"{meta.app_label}.view_{meta.model_name}"
        )
        return link_to(moment.row, moment.words) if is_open else moment.words

    return table(
        [_("when"), _("what"), _("who")],
        (
            (
                date_format(localtime(moment.at), "DATETIME_FORMAT"),
                words(moment),
                moment.who or "–",
            )
            for moment in timeline.of(order)
        ),
    )
