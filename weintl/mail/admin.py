"""Mails in the admin: read, previewed, sent again; never written by hand."""

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.rows import ReadOnlyAdmin, link_to, table

from . import outbox
from .composing import compose
from .models import Mail


def link_of(cause: str) -> SafeString | str:
    """Return a link to the admin page of a cause such as `order:12`, or the bare words."""
    name, _colon, number = cause.partition(":")
    for model in apps.get_models():
        if model._meta.model_name != name:
            continue
        try:
            address = reverse(f"admin:{model._meta.app_label}_{name}_change", args=[number])
        except NoReverseMatch:
            continue
        return format_html('<a href="{}">{} {}</a>', address, model._meta.verbose_name, number)
    return cause


def mail_table(mails: QuerySet[Mail]) -> str:
    """Return mails as a small table that leads to each."""
    return table(
        [_("mail"), _("state"), _("created")],
        (
            (
                link_to(row, row.subject or row.template),
                row.get_state_display(),
                localize(localtime(row.created_at)),
            )
            for row in mails
        ),
    )


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """What went to whom, when, and what it said."""

    list_display = ["recipient", "subject", "state", "created_at", "template", "language"]
    list_display_links = ["recipient", "subject"]
    date_hierarchy = "created_at"
    search_help_text = _("Recipient, subject, or a cause such as order:12")
    list_filter = ["state", "template", "language", "created_at"]
    search_fields = ["recipient", "subject", "key", "cause"]
    ordering = ["-created_at", "-pk"]
    list_per_page = 50
    actions = ["send_again"]
    fieldsets = [
        (None, {"fields": ["recipient", "subject", "cause_link", "template", "language"]}),
        (_("Delivery"), {"fields": ["state", "sent_at", "attempts", "last_error"]}),
        (_("What it says"), {"fields": ["text_preview", "html_preview"]}),
        (
            _("For the record"),
            {
                "fields": ["key", "message_id", "created_at", "queued_at", "next_attempt_at"],
                "classes": ["collapse"],
            },
        ),
    ]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Allow sending again to whoever may change mails."""
        return request.user.has_perm("mail.change_mail")

    def get_urls(self) -> list[URLPattern]:
        """Add the page that shows the HTML part alone."""
        page = self.admin_site.admin_view(self.html_view)
        return [path("<int:pk>/html/", page, name="mail_mail_html"), *super().get_urls()]

    @admin.display(description=_("cause"))
    def cause_link(self, mail: Mail) -> SafeString | str:
        """Lead to the order or gift that caused it."""
        return link_of(mail.cause)

    @admin.display(description=_("text"))
    def text_preview(self, mail: Mail) -> SafeString | str:
        """Show the text part as it is sent."""
        try:
            return format_html("<pre>{}</pre>", compose(mail).body)
        except Exception as error:
            # Staff come here because rendering failed: say so instead of failing too.
            return f"{type(error).__name__}: {error}"

    @admin.display(description=_("HTML"))
    def html_preview(self, mail: Mail) -> SafeString:
        """Lead to the HTML part."""
        address = reverse("admin:mail_mail_html", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', address, _("Show the HTML part"))

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the HTML part alone: sandboxed, so that nothing in it acts for staff."""
        mail = get_object_or_404(Mail, pk=pk)
        if not self.has_view_permission(request, mail):
            raise PermissionDenied
        response = HttpResponse(compose(mail).alternatives[0][0])
        # Mails are styled inline, which the site's own policy forbids.
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
        )
        return response

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """Queue the chosen mails once more."""
        now = timezone.now()
        count = 0
        for mail in queryset.order_by("pk"):
            outbox.send_again(mail=mail, now=now)
            count += 1
        words = ngettext("%(count)d mail is queued.", "%(count)d mails are queued.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
