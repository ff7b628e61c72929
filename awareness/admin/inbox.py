"""The inbox of messages that visitors write."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from awareness import contact
from awareness.models import ContactMessage

STATE = ContactMessage.State


@admin.register(ContactMessage)
class ContactMessageAdmin(admin.ModelAdmin):
    """What was written stays as it was; state, handler and note change."""

    list_display = ["created_at", "topic", "beginning", "reply", "language", "state", "handled_by"]
    list_display_links = ["created_at", "topic", "beginning"]
    list_filter = [
        "state",
        "topic",
        "reply",
        "language",
        ("handled_by", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["text", "name", "reply_to", "note"]
    date_hierarchy = "created_at"
    list_select_related = ["handled_by"]
    list_per_page = 50
    actions = ["take", "mark_answered", "close", "mark_spam", "reopen"]
    fieldsets = [
        (
            _("Is an answer safe?"),
            {
                "fields": ["reply", "reply_to", "reply_note", "language"],
                "description": _(
                    "Answer only in the way and at the time named here, and put nothing into the "
                    "subject that gives the writer away."
                ),
            },
        ),
        (_("Message"), {"fields": ["topic", "text", "name", "created_at"]}),
        (_("What we do"), {"fields": ["state", "handled_by", "note", "closed_at"]}),
    ]

    readonly_fields = [
        "reply",
        "reply_to",
        "reply_note",
        "language",
        "topic",
        "text",
        "name",
        "created_at",
        "handled_by",
        "closed_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: messages come from the form."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand: they are forgotten by themselves when their time is over."""
        return False

    def save_model(
        self, request: HttpRequest, obj: ContactMessage, form: Any, change: bool
    ) -> None:
        """Save the note; a new state has its time and its handler."""
        obj.save(update_fields=["note"])
        if "state" in form.changed_data:
            contact.move(message=obj, state=obj.state, actor=request.user, now=timezone.now())  # type: ignore[arg-type]

    @admin.display(description=_("message"))
    def beginning(self, message: ContactMessage) -> str:
        """Return the first words."""
        return message.text if len(message.text) <= 80 else f"{message.text[:80]}…"

    def _move(self, request: HttpRequest, rows: QuerySet[ContactMessage], state: str) -> None:
        now, count = timezone.now(), 0
        for message in rows.exclude(state=state):
            contact.move(message=message, state=state, actor=request.user, now=now)  # type: ignore[arg-type]
            count += 1
        words = ngettext("%(count)d message moved.", "%(count)d messages moved.", count)
        self.message_user(request, words % {"count": count})

    @admin.action(description=_("I handle these"), permissions=["change"])
    def take(self, request: HttpRequest, rows: QuerySet[ContactMessage]) -> None:
        """Handle them."""
        self._move(request, rows, STATE.OPEN)

    @admin.action(description=_("Mark as answered"), permissions=["change"])
    def mark_answered(self, request: HttpRequest, rows: QuerySet[ContactMessage]) -> None:
        """They have their answer."""
        self._move(request, rows, STATE.ANSWERED)

    @admin.action(description=_("Close without an answer"), permissions=["change"])
    def close(self, request: HttpRequest, rows: QuerySet[ContactMessage]) -> None:
        """They need none."""
        self._move(request, rows, STATE.CLOSED)

    @admin.action(description=_("Mark as spam"), permissions=["change"])
    def mark_spam(self, request: HttpRequest, rows: QuerySet[ContactMessage]) -> None:
        """A program wrote them."""
        self._move(request, rows, STATE.SPAM)

    @admin.action(description=_("Not spam: put back as new"), permissions=["change"])
    def reopen(self, request: HttpRequest, rows: QuerySet[ContactMessage]) -> None:
        """A guess was wrong."""
        self._move(request, rows, STATE.NEW)
