"""What a person has agreed to, kept under a code and never under a name."""

import secrets
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

# No vowels, so that no word arises; no signs that are mistaken for others.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_code() -> str:
    """Return a code that says nothing about the person."""
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def a_year_before(day: date) -> date:
    """Return the same day of the year before; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


class Scope(models.TextChoices):
    """Where a story or a picture may be used."""

    WEB = "web", _("pages of this site")
    SHOP = "shop", _("the shop")
    PRINT = "print", _("print")
    SOCIAL = "social", _("social media")
    PRESS = "press", _("press")
    FUNDRAISING = "fundraising", _("fundraising")


class ThreeYearsAfter(Func):
    """The day three years after a date."""

    template = "((%(expressions)s)::date + interval '3 years')::date"
    output_field = models.DateField()


class ConsentRecordQuerySet(models.QuerySet["ConsentRecord"]):
    """Reads of consents."""

    def valid(self, *, now: datetime, scope: str) -> "ConsentRecordQuerySet":
        """Return the consents that cover `scope` at `now`.

        In scope, begun, unexpired, not withdrawn, and a year after the programme was left.
        That no minor can be recognised is a constraint of the table.
        """
        today = now.date()
        has_waited = Q(left_programme_on__lte=a_year_before(today)) | Q(is_from_programme=False)
        return self.filter(
            has_waited,
            scopes__contains=[scope],
            withdrawn_at=None,
            obtained_on__lte=today,
            expires_on__gt=today,
        )

    def expiring(self, *, after: date, until: date) -> "ConsentRecordQuerySet":
        """Return the living consents that end after `after` and by `until`."""
        return self.filter(withdrawn_at=None, expires_on__gt=after, expires_on__lte=until).order_by(
            "expires_on", "pk"
        )


class ConsentRecord(models.Model):
    """One person's consent. Who the person is stands on the paper that the partner keeps."""

    class GivenBy(models.TextChoices):
        ADULT = "adult", _("the person, an adult")
        GUARDIAN = "guardian", _("a guardian, for a minor")

    class Place(models.TextChoices):
        NONE = "none", _("no place")
        COUNTRY = "country", _("the country")
        REGION = "region", _("a region of the country")

    code = models.CharField(_("code"), max_length=20, unique=True, default=new_code, editable=False)
    partner = models.SlugField(
        _("partner"), max_length=80, help_text=_("The partner's address word, as in its page.")
    )
    obtained_by = models.CharField(
        _("obtained by"), max_length=120, help_text=_("The role, such as case worker. No name.")
    )
    language = models.CharField(
        _("language of the talk"), max_length=40, help_text=_("The person's own, in words.")
    )
    obtained_on = models.DateField(_("obtained on"))
    given_by = models.CharField(_("given by"), max_length=8, choices=GivenBy)
    is_from_programme = models.BooleanField(_("has been in a programme"), default=True)
    left_programme_on = models.DateField(
        _("left the programme on"),
        null=True,
        blank=True,
        help_text=_("Empty while the person is in it: nothing is shown until a year after."),
    )
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope), verbose_name=_("for"))
    shows_face = models.BooleanField(_("face may be recognised"), default=False)
    uses_name = models.BooleanField(_("a name may be used"), default=False)
    place = models.CharField(
        _("place that may be named"), max_length=8, choices=Place, default=Place.NONE
    )
    risk_assessed_on = models.DateField(_("risk assessed on"), null=True, blank=True)
    expires_on = models.DateField(
        _("expires on"), help_text=_("Three years after it was obtained, at most.")
    )
    paper_reference = models.CharField(
        _("where the paper is"),
        max_length=120,
        help_text=_("The partner's file number. The paper itself stays with the partner."),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["expires_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gte=1, scopes__contained_by=Scope.values),
                name="consent_scopes_known",
                violation_error_message=_("Choose at least one use."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("obtained_on"))
                & Q(expires_on__lte=ThreeYearsAfter(F("obtained_on"))),
                name="consent_three_years_at_most",
                violation_error_message=_("A consent ends within three years."),
            ),
            models.CheckConstraint(
                condition=Q(given_by="adult")
                | Q(
                    given_by="guardian",
                    shows_face=False,
                    uses_name=False,
                    place__in=["none", "country"],
                ),
                name="consent_no_minor_identifiable",
                violation_error_message=_(
                    "A minor can never be recognised: no face, no name, no region."
                ),
            ),
            models.CheckConstraint(
                condition=Q(place__in=["none", "country", "region"]), name="consent_place_known"
            ),
            models.CheckConstraint(
                condition=Q(shows_face=False, uses_name=False) | Q(risk_assessed_on__isnull=False),
                name="consent_identifiable_is_assessed",
                violation_error_message=_(
                    "Where a face or a name is shown, the risk is assessed first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(left_programme_on__isnull=True) | Q(is_from_programme=True),
                name="consent_left_what_it_was_in",
                violation_error_message=_("Who left a programme has been in one."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_on"], condition=Q(withdrawn_at=None), name="consent_living"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def covers(self, *, now: datetime, scope: str) -> bool:
        """Say of this row what `valid` says of many; a test holds the two together."""
        today = now.date()
        left = self.left_programme_on
        return (
            scope in self.scopes
            and self.withdrawn_at is None
            and self.obtained_on <= today < self.expires_on
            and (not self.is_from_programme or (left is not None and left <= a_year_before(today)))
        )


class Withdrawal(models.Model):
    """That a consent was withdrawn, in codes and numbers: what a restored backup must repeat."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"))
    erased = models.JSONField(_("erased"), default=dict)
    is_written_down = models.BooleanField(_("stands in the list outside"), default=False)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ["-withdrawn_at", "-pk"]

    def __str__(self) -> str:
        return self.code
