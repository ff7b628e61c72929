"""The forms of a page and its sections: an editor for each language, rules for the state."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import AdminProseEditorWidget
from modeltranslation.admin import TranslationStackedInline

from awareness import versions
from awareness.models import Page, Section

STATE = Page.State
# A line of a form is too short for them.
LONG = ("lede_", "content_note_", "description_")
EDITOR: Any = {
    "extensions": {
        "Bold": True,
        "Italic": True,
        "BulletList": True,
        "OrderedList": True,
        "ListItem": True,
        "Heading": {"levels": [3, 4]},
        "Blockquote": True,
        "HardBreak": True,
        "Link": {"enableTarget": False, "protocols": ["https", "http", "tel", "sms"]},
        "History": True,
        "HTML": True,
    }
}
# What the editor can hold; text with other tags is edited as HTML, so that none is lost.
HELD = frozenset({"p", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br"})


def is_held(html: str) -> bool:
    """Say whether the editor can show every tag of `html`."""
    return {tag.lower() for tag in re.findall(r"<([a-zA-Z0-9]+)", html)} <= HELD


class SectionForm(forms.ModelForm):
    """A section with an editor for each language."""

    class Meta:
        model = Section
        fields = [
            "position",
            "anchor",
            "seed_refs",
            "heading_en",
            "heading_es",
            "body_en",
            "body_es",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give each text the editor, or a plain field where the editor would lose something."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.startswith("body_"):
                rich = is_held(self.initial.get(name) or "")
                field.widget = (
                    AdminProseEditorWidget(config=EDITOR, preset="configurable")
                    if rich
                    else forms.Textarea(attrs={"rows": 14, "cols": 60})
                )
                field.widget.is_required = field.required


class SectionInline(TranslationStackedInline):
    """The sections of a page, in order, the two languages side by side."""

    model = Section
    form = SectionForm
    extra = 0
    fieldsets = [
        (None, {"fields": [("position", "anchor", "seed_refs")]}),
        (
            None,
            {
                "fields": [("heading_en", "heading_es"), ("body_en", "body_es")],
                "classes": ["side-by-side"],
            },
        ),
    ]


class StateRules:
    """Marks what has no Spanish yet; gives a published page its time; guards its state.

    Also guards what somebody else has saved since the form was opened.
    """

    is_proposal = False
    fields: dict[str, Any]
    instance: Page
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say in empty fields that the words are missing."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.startswith(LONG):
                field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": field.max_length})
            if name.endswith("_es") and self._has_english(name):
                field.widget.attrs["placeholder"] = _("no Spanish words yet")
        self.fields["seen"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.instance.pk and not self.data:
            with transaction.atomic():
                self.fields["seen"].initial = versions.newest(self.instance)[0]

    def _has_english(self, name: str) -> bool:
        """Say whether there is something to translate, or may be, on a page that is begun."""
        english = name.removesuffix("_es") + "_en"
        return not self.instance.pk or english not in self.fields or bool(self[english].value())  # type: ignore[index]

    cleaned_data: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """Publish what has no time at once; refuse a published proposal."""
        data = super().clean() or self.cleaned_data  # type: ignore[misc]
        if self.instance.pk and data.get("seen"):
            self._refuse_unseen(data["seen"])
        if data.get("state") != STATE.PUBLISHED:
            return data
        if self.is_proposal:
            words = _("A proposal becomes public by putting it in the place of its page.")
            raise ValidationError({"state": words})
        if not data.get("published_at"):
            data["published_at"] = timezone.now()
            self.instance.published_at = data["published_at"]
        return data

    def _refuse_unseen(self, seen: str) -> None:
        """Raise ValidationError once if the page is another than when the form was opened."""
        mark, at, actor = versions.newest(self.instance)
        if seen == mark:
            return
        # Saved again, it has been read.
        self.data = self.data.copy()
        self.data["seen"] = mark
        words = _(
            "%(who)s has saved this page at %(time)s, after you opened it. What you typed is "
            "still here. Compare it with the history of the page; save again to put yours in "
            "its place."
        )
        who = actor or _("Somebody")
        raise ValidationError(words % {"who": who, "time": date_format(localtime(at), "H:i")})
