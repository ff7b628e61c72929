"""Pictures in their renditions, what waits to be rendered, and what waits to be removed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weintl.media.words import AltField

from .consents import ConsentRecord, Scope

# Files under the first are kept by caches for ever; those under the second by none.
OF_THINGS = "pictures"
OF_PEOPLE = "people"


@dataclass(frozen=True)
class Rendition:
    """One file of a picture."""

    format: str
    width: int
    height: int
    name: str

    @property
    def url(self) -> str:
        """Return its address."""
        return default_storage.url(self.name)


class PictureQuerySet(models.QuerySet["Picture"]):
    """Reads of pictures."""

    def public(self, *, now: datetime, scope: str = Scope.WEB) -> "PictureQuerySet":
        """Return the pictures that may be shown: of nobody, or with a valid consent."""
        valid = ConsentRecord.objects.valid(now=now, scope=scope)
        return self.filter(
            Q(people=Picture.People.NONE)
            | Q(people=Picture.People.SEEN, consent__in=valid)
            | Q(people=Picture.People.RECOGNISABLE, consent__in=valid.filter(shows_face=True))
        )


class Picture(models.Model):
    """One picture; its words are demanded in each language, a consent where people are seen."""

    class People(models.TextChoices):
        NONE = "none", _("nobody")
        SEEN = "seen", _("people who cannot be recognised: hands, backs")
        RECOGNISABLE = "face", _("people who can be recognised")

    key = models.SlugField(_("key"), max_length=80, unique=True)
    people = models.CharField(_("who is seen"), max_length=4, choices=People, default=People.NONE)
    consent = models.ForeignKey(
        ConsentRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pictures",
        verbose_name=_("consent"),
    )
    alt = AltField(_("alternative text"), max_length=250, blank=True)
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text does not say: readers of screens skip it."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    # A random name. Everything that is ever written for this picture lies under it.
    folder = models.CharField(_("folder"), max_length=50, unique=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    renditions = models.JSONField(_("files"), default=list, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()
    # Which rows a person can take back; `weintl.media.erasure` asks every model on a consent.
    OF_PEOPLE = ~Q(people="none")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=Q(people="none") | Q(people__in=["seen", "face"], consent__isnull=False),
                name="picture_of_people_has_consent",
                violation_error_message=_("A picture of people needs a consent."),
            ),
            models.CheckConstraint(
                condition=Q(people="none") | Q(folder__startswith="people/"),
                name="picture_of_people_is_not_kept_by_caches",
                violation_error_message=_("Choose the file again when you say who is seen."),
            ),
            models.CheckConstraint(
                condition=Q(is_decorative=True)
                | ~Q(alt_en="") & ~Q(alt_es="") & Q(alt_en__isnull=False, alt_es__isnull=False),
                name="picture_has_words",
                violation_error_message=_(
                    "Describe the picture in both languages, or mark it as decorative."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def may_be_seen(self, *, now: datetime, scope: str = Scope.WEB) -> bool:
        """Say of this row what `public` says of many."""
        if self.people == self.People.NONE:
            return True
        consent = self.consent
        if consent is None or not consent.covers(now=now, scope=scope):
            return False
        return self.people == self.People.SEEN or consent.shows_face

    def files(self, kind: str) -> list[Rendition]:
        """Return the renditions of one format ("webp", "avif"), the smallest first."""
        found = [Rendition(**row) for row in self.renditions if row["format"] == kind]
        return sorted(found, key=lambda rendition: rendition.width)

    @property
    def thumbnail(self) -> Rendition | None:
        """Return the smallest file that every browser shows; None while it is being made."""
        return next(iter(self.files("webp")), None)

    @property
    def largest(self) -> Rendition | None:
        """Return the largest file that every browser shows; None while it is being made."""
        return next(iter(reversed(self.files("webp"))), None)

    def places(self) -> Iterator[str]:
        """Yield every path in the storage at which files of this picture may lie."""
        yield self.folder
        for row in self.renditions:
            if not row["name"].startswith(f"{self.folder}/"):
                yield row["name"]


def new_folder(people: str) -> str:
    """Return an unguessable folder for a picture of `people` (a value of Picture.People)."""
    root = OF_THINGS if people == Picture.People.NONE else OF_PEOPLE
    return f"{root}/{uuid4().hex}"


class Upload(models.Model):
    """Cleaned pixels that wait for their renditions; the row goes when all are made.

    In the database and not in a file: it comes and goes with the picture's own row, and a
    worker that is killed leaves it where the next one finds it.
    """

    picture = models.OneToOneField(Picture, models.CASCADE, primary_key=True, related_name="upload")
    data = models.BinaryField()
    claimed_at = models.DateTimeField(_("being rendered since"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("picture to be rendered")
        verbose_name_plural = _("pictures to be rendered")

    def __str__(self) -> str:
        return str(self.picture_id)


class Doomed(models.Model):
    """A path in the storage whose files are to be removed; the row goes when they are gone."""

    path = models.CharField(_("path"), max_length=200, unique=True)
    # Not before: a worker may still be writing there.
    not_before = models.DateTimeField(_("not before"))

    class Meta:
        verbose_name = _("files to be removed")
        verbose_name_plural = _("files to be removed")

    def __str__(self) -> str:
        return self.path
