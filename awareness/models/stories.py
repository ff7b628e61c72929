"""Stories: of a person only with a consent that covers it, else of a craft."""

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awareness import figures
from awareness.fields import SourcedCharField, SourcedHtmlField
from weintl.media.models import ConsentRecord, Picture
from weintl.media.models.consents import Scope

is_address_word = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Write small letters and digits, parted by hyphens.")
)


class StoryQuerySet(models.QuerySet["Story"]):
    """Reads of stories."""

    def public(self, *, now: datetime) -> "StoryQuerySet":
        """Return the stories that may be read, the newest first, each with picture and consent.

        Published, and of nobody or with a consent valid at `now`: an expired one is gone by
        itself.
        """
        valid = ConsentRecord.objects.valid(now=now, scope=Scope.WEB)
        return (
            self.filter(published_at__lte=now)
            .filter(
                Q(is_of_person=False)
                | Q(uses_name=False, consent__in=valid)
                | Q(uses_name=True, consent__in=valid.filter(uses_name=True))
            )
            .select_related("picture__consent")
            .order_by("-published_at", "pk")
        )

    def at(self, slug: str) -> "StoryQuerySet":
        """Return the story at `slug`, of either language: a link may have been passed on."""
        return self.filter(Q(slug_en=slug) | Q(slug_es=slug))


class Story(models.Model):
    """A text in both languages. It is shown whole or not at all."""

    title = SourcedCharField(_("title"), max_length=120, validators=[figures.refuse_tokens])
    slug = models.CharField(_("address word"), max_length=80, validators=[is_address_word])
    lede = SourcedCharField(_("lede"), max_length=400, validators=[figures.refuse_tokens])
    content_note = SourcedCharField(
        _("content note"),
        max_length=300,
        blank=True,
        validators=[figures.refuse_tokens],
        help_text=_("What the page mentions, calmly; shown before the text."),
    )
    body = SourcedHtmlField(
        _("text"),
        validators=[figures.refuse_tokens, figures.refuse_bare_figures],
        help_text=_("HTML: p, h3, ul, ol, li, a, strong, em, blockquote."),
    )
    is_of_person = models.BooleanField(
        _("tells of a person"),
        default=True,
        help_text=_("Also without a name, also in a sentence only. Then it needs a consent."),
    )
    uses_name = models.BooleanField(
        _("uses a name"), default=False, help_text=_("An invented one too, if the person uses it.")
    )
    consent = models.ForeignKey(
        ConsentRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name=_("consent"),
        help_text=_("A consent officer links it."),
    )
    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = StoryQuerySet.as_manager()
    # Which rows a person can take back; see `weintl.media.erasure`.
    OF_PEOPLE = Q(is_of_person=True)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-published_at", "pk"]
        permissions = [("publish_story", _("Can publish stories"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(is_of_person=False)
                | Q(consent__isnull=False),
                name="story_of_person_has_consent",
                violation_error_message=_("A story of a person is published only with a consent."),
            ),
            models.CheckConstraint(
                condition=Q(uses_name=False) | Q(is_of_person=True),
                name="story_name_is_of_person",
                violation_error_message=_("A story that uses a name tells of a person."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | ~Q(title_en="")
                & ~Q(title_es="")
                & ~Q(body_en="")
                & ~Q(body_es="")
                & Q(
                    title_en__isnull=False,
                    title_es__isnull=False,
                    body_en__isnull=False,
                    body_es__isnull=False,
                ),
                name="story_in_both_languages",
                violation_error_message=_("A story is published in both languages."),
            ),
            # Constraints, not unique=True: the copies that history keeps would inherit that.
            models.UniqueConstraint(fields=["slug_en"], name="story_slug_en_once"),
            models.UniqueConstraint(fields=["slug_es"], name="story_slug_es_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the story's address in the active language."""
        return reverse("awareness:story", args=[self.slug])

    def may_be_read(self, *, now: datetime) -> bool:
        """Say of this row what `public` says of many."""
        if self.published_at is None or self.published_at > now:
            return False
        if not self.is_of_person:
            return True
        consent = self.consent
        if consent is None or not consent.covers(now=now, scope=Scope.WEB):
            return False
        return consent.uses_name or not self.uses_name
