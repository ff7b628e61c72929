"""The forms of a page and its sections: an editor for each language, rules for the state."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import AdminProseEditorWidget
from modeltranslation.admin import TranslationStackedInline

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
    """Marks what has no Spanish yet; gives a published page its time; guards its state."""

    is_proposal = False
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say in empty fields that the words are missing."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.startswith(LONG):
                field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": field.max_length})
            if name.endswith("_es"):
                field.widget.attrs["placeholder"] = _("no Spanish words yet")

    cleaned_data: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """Publish what has no time at once; refuse a published proposal."""
        data = super().clean() or self.cleaned_data  # type: ignore[misc]
        if data.get("state") != STATE.PUBLISHED:
            return data
        if self.is_proposal:
            words = _("A proposal becomes public by putting it in the place of its page.")
            raise ValidationError({"state": words})
        if not data.get("published_at"):
            data["published_at"] = timezone.now()
            self.instance.published_at = data["published_at"]  # type: ignore[attr-defined]
        return data
