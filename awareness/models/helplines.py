"""Helplines: who answers, how, and when the number was last checked."""

import re
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.search.documents import Document

is_dialled = RegexValidator(r"^[0-9]{2,8}\Z", _("Write digits only."))
DIAL = re.compile(r"^\+?[0-9*#]{2,15}\Z")


def refuse_odd_phones(phones: Any) -> None:
    """Validate a list of {display, dial, e164, note_en, note_es}.

    Numbers are texts: Australia's 000 read as a number would be 0.

    Raises ValidationError.
    """
    if not isinstance(phones, list):
        raise ValidationError(_("Write a list of numbers."))
    for phone in phones:
        if not isinstance(phone, dict) or not isinstance(phone.get("display"), str):
            raise ValidationError(_("Each number needs a text “display”."))
        if not isinstance(phone.get("dial"), str) or not DIAL.match(phone["dial"]):
            raise ValidationError(_("Each number needs a text “dial” of digits."))


def _is_written(column: str) -> Q:
    # A check that is NULL counts as held: a missing text must be refused by name.
    return Q(**{f"{column}__isnull": False}) & ~Q(**{column: ""})


class HelplineQuerySet(models.QuerySet["Helpline"]):
    """Reads of helplines."""

    def public(self) -> "HelplineQuerySet":
        """Return the helplines that readers may see. The database keeps unverified ones out."""
        return self.filter(is_public=True).order_by("country", "position", "pk")


HELPLINE_WORDS = Document(
    heading=("country_name", "name"), body=("operator", "for_whom"), plain=("name",)
)


class Helpline(models.Model):
    """A line to call. Public only when verified: a number, an operator, a police note."""

    class Operator(models.TextChoices):
        NGO = "NGO", _("an organisation, not the police")
        COUNCIL = "NGO / civic council", _("a civic council")
        MANDATE = "NGO with government mandate", _("an organisation with a state mandate")
        GOVERNMENT = "government", _("the government")
        POLICE = "police", _("the police")
        POLICE_NGO = "police / NGO", _("the police, and an organisation")
        POLICE_OMBUDSMAN = "police / ombudsman", _("the police, and the ombudsman")

    class Evidence(models.TextChoices):
        OPERATOR = "operator page", _("the operator's own page")
        OFFICIAL = "official page", _("an official page")
        COPY = "press or copy", _("press or a copy")
        NONE = "not found", _("not found")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    country = models.CharField(
        _("country"), max_length=2, validators=[RegexValidator(r"^[A-Z]{2}\Z")]
    )
    country_name = models.CharField(_("country's name"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=160)
    operator = models.CharField(_("operator"), max_length=200)
    operator_kind = models.CharField(_("kind of operator"), max_length=30, choices=Operator)
    phones = models.JSONField(
        _("numbers"),
        default=list,
        blank=True,
        validators=[refuse_odd_phones],
        help_text=_("List of {display, dial, e164, note_en, note_es}; numbers are texts."),
    )
    text = models.CharField(_("text message"), max_length=120, blank=True)
    whatsapp = models.CharField(_("WhatsApp"), max_length=40, blank=True)
    chat_url = models.URLField(_("chat"), max_length=300, blank=True)
    tty = models.CharField(_("text telephone"), max_length=40, blank=True)
    languages = ArrayField(
        models.CharField(max_length=40), verbose_name=_("languages"), default=list, blank=True
    )
    hours = models.CharField(_("hours"), max_length=120, blank=True)
    cost = models.CharField(_("cost"), max_length=120, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=250, blank=True)
    may_share_with_police = models.TextField(_("what it may tell the police"), blank=True)
    emergency_numbers = ArrayField(
        models.CharField(max_length=8, validators=[is_dialled]),
        verbose_name=_("emergency numbers"),
        default=list,
        blank=True,
    )
    emergency_confidence = models.CharField(
        _("evidence for the emergency numbers"), max_length=40, blank=True
    )
    is_emergency_only = models.BooleanField(_("emergency number only"), default=False)
    source_url = models.URLField(_("source's address"), max_length=400, blank=True)
    source_publisher = models.CharField(_("source"), max_length=200, blank=True)
    source_date = models.CharField(_("date of the source"), max_length=80, blank=True)
    confidence = models.CharField(_("evidence, in words"), max_length=250, blank=True)
    evidence = models.CharField(_("evidence"), max_length=20, choices=Evidence)
    notes = models.TextField(_("internal notes"), blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    checked_on = models.DateField(_("checked on"))
    review_due = models.DateField(_("review due"))

    objects = HelplineQuerySet.as_manager()

    class Meta:
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        ordering = ["country", "position", "pk"]
        indexes = HELPLINE_WORDS.indexes("helpline")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False)
                | (
                    ~Q(evidence="not found")
                    & Q(is_emergency_only=False)
                    & ~Q(phones=[])
                    & ~Q(source_publisher="")
                    & _is_written("operator_en")
                    & _is_written("operator_es")
                    & _is_written("may_share_with_police_en")
                    & _is_written("may_share_with_police_es")
                ),
                name="helpline_public_is_verified",
                violation_error_message=_(
                    "A public helpline needs a number, an operator, a source that was found, and "
                    "a note on the police in both languages."
                ),
            ),
            models.CheckConstraint(
                condition=Q(review_due__gt=F("checked_on")), name="helpline_review_after_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.name}"

    def is_overdue(self, *, today: date) -> bool:
        """Say whether the number waits to be checked again."""
        return self.review_due < today

    @property
    def text_number(self) -> str:
        """Return the digits to send a text message to; empty if there is none."""
        found = re.match(r"\+?\d+", self.text)
        return found.group() if found else ""
