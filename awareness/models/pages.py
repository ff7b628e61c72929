"""Pages and their sections."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness import figures
from awareness.fields import SourcedCharField, SourcedHtmlField
from partners.models.uses import Pillar
from weintl.media.models import Picture

from .facts import Statistic

# The first words that pages may stand under; the rest of the site has its own.
FIRST_WORDS = (
    "understand",
    "our-work",
    "about",
    "privacy",
    "terms",
    "returns",
    "accessibility",
    "contact",
)
# Pages with a view of their own, by key.
OWN_VIEWS = {
    "home": "",
    "facts": "facts/",
    "help": "help/",
    "safety": "safety/",
    "contact": "contact/",
}
PATH = rf"(?:{'|'.join(FIRST_WORDS)})/(?:[a-z0-9-]+/)*"

# Anchors that the frame of every page has.
TAKEN = frozenset({"main", "q", "figures", "on-this-page", "read-on"})

is_paragraph = RegexValidator(r"^P\d{1,2}\Z", _("Write a paragraph's number such as P2."))


class PageQuerySet(models.QuerySet["Page"]):
    """Reads of pages."""

    def public(self, *, now: datetime) -> "PageQuerySet":
        """Return the pages that readers see at `now`, in reading order."""
        begun = self.filter(state=Page.State.PUBLISHED, published_at__lte=now)
        return begun.exclude(unpublish_at__lte=now).order_by("position", "pk")

    def at(self, path: str) -> "PageQuerySet":
        """Return the page at `path` in the active language, or untranslated in English."""
        column = f"path_{get_language() or 'en'}"
        lacking = Q(**{column: ""}) | Q(**{f"{column}__isnull": True})
        return self.filter(Q(**{column: path}) | lacking & Q(path_en=path))

    def for_display(self) -> "PageQuerySet":
        """Fetch all that a page shows of itself: two queries, whatever its length."""
        return self.select_related(
            "parent", "picture__consent", "share_picture__consent"
        ).prefetch_related("sections")


class Page(models.Model):
    """A page of text: a title, a lede, and sections in order. Paths lack the language."""

    class Kind(models.TextChoices):
        UNDERSTAND = "understand", _("Understand")
        OUR_WORK = "our-work", _("Our work")
        ABOUT = "about", _("About us")
        LEGAL = "legal", _("Legal and service")
        OWN = "own", _("With a view of its own")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("stands under"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    path = models.CharField(
        _("path"),
        max_length=160,
        blank=True,
        validators=[
            RegexValidator(
                rf"^(?:{PATH}|facts/|help/|safety/)?\Z",
                _("Write words parted by slashes, ending in one, such as understand/children/."),
            )
        ],
    )
    title = SourcedCharField(_("title"), max_length=120, validators=[figures.refuse_tokens])
    lede = SourcedCharField(_("lede"), max_length=400, validators=[figures.refuse_tokens])
    description = SourcedCharField(
        _("description for search engines"),
        max_length=200,
        blank=True,
        validators=[figures.refuse_tokens],
    )
    content_note = SourcedCharField(
        _("content note"),
        max_length=300,
        blank=True,
        validators=[figures.refuse_tokens],
        help_text=_("What the page mentions, calmly; shown before the text."),
    )
    pillar = models.CharField(_("pillar"), max_length=10, choices=Pillar, blank=True)
    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    share_picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture for links in other networks"),
        help_text=_("Things, hands, places. Empty: the page's own picture."),
    )
    is_indexed = models.BooleanField(_("search engines may list it"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(
        _("public from"), null=True, blank=True, help_text=_("Empty: as soon as it is published.")
    )
    unpublish_at = models.DateTimeField(_("public until"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="proposal",
        verbose_name=_("would replace"),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "pk"]
        permissions = [("publish_page", _("Can publish pages"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                name="page_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="page_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True)
                | Q(published_at__isnull=True)
                | Q(unpublish_at__gt=models.F("published_at")),
                name="page_ends_after_its_beginning",
                violation_error_message=_("A page cannot end before it begins."),
            ),
            # A proposal goes public only in the place of what it would replace.
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | Q(state__in=["draft", "review"]),
                name="page_proposal_is_no_page",
            ),
            # Constraints, not unique=True: the copies that history keeps would inherit that.
            *(
                models.UniqueConstraint(
                    fields=[f"path_{language}"],
                    condition=~Q(**{f"path_{language}": ""}),
                    name=f"page_path_{language}_once",
                    violation_error_message=_("Another page stands at this address."),
                )
                for language in ("en", "es")
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key

    def get_absolute_url(self) -> str:
        """Return the page's address in the active language."""
        if self.key in OWN_VIEWS:
            return reverse(f"awareness:{self.key}")
        return reverse("awareness:page", args=[self.path])

    def clean(self) -> None:
        """Refuse a page below one that stands below it. Raises ValidationError."""
        above, seen = self.parent, {self.pk}
        while above is not None and self.pk is not None:
            if above.pk in seen:
                words = _("That page stands below this one.")
                raise ValidationError({"parent": words})
            seen.add(above.pk)
            above = above.parent

    @property
    def is_translated(self) -> bool:
        """Say whether the title exists in the active language."""
        return bool(getattr(self, f"title_{get_language()}", None))

    def is_public(self, *, now: datetime) -> bool:
        """Say whether readers see the page at `now`; as `PageQuerySet.public` does."""
        begun = self.published_at is not None and self.published_at <= now
        ended = self.unpublish_at is not None and self.unpublish_at <= now
        return self.state == Page.State.PUBLISHED and begun and not ended

    def missing_in(self, language: str) -> list[str]:
        """Return what has words in English and none in `language`."""
        found = [
            str(Page._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in ("title", "lede", "description", "content_note", "path")
            if getattr(self, f"{name}_en") and not getattr(self, f"{name}_{language}")
        ]
        return found + [
            section.anchor
            for section in self.sections.all()
            if section.bodies and not getattr(section, f"body_{language}")
        ]


class OldPath(models.Model):
    """Where a page stood before: it leads there for ever. Written by a trigger on pages."""

    language = models.CharField(_("language"), max_length=2)
    path = models.CharField(_("path"), max_length=160)
    page = models.ForeignKey(Page, models.CASCADE, related_name="old_paths")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["language", "path"]
        constraints = [
            models.UniqueConstraint(fields=["language", "path"], name="old_path_once"),
        ]

    def __str__(self) -> str:
        return f"/{self.language}/{self.path}"


class Section(models.Model):
    """A part of a page under a heading of its own, with an anchor that links may name."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(_("position"), default=0)
    heading = SourcedCharField(_("heading"), max_length=160, validators=[figures.refuse_tokens])
    anchor = models.SlugField(_("anchor"), max_length=60)
    body = SourcedHtmlField(
        _("text"),
        validators=[figures.refuse_bare_figures],
        help_text=_(
            "HTML: p, h3, ul, ol, li, a, strong, em. A figure is written [[stat:key]]; in a "
            "paragraph of its own it is shown large, with its source."
        ),
    )
    seed_refs = ArrayField(
        models.CharField(max_length=4, validators=[is_paragraph]),
        verbose_name=_("paragraphs of the founding text"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "anchor"], name="section_anchor_once"),
        ]

    def __str__(self) -> str:
        return self.heading or self.anchor

    @property
    def is_translated(self) -> bool:
        """Say whether the text exists in the active language."""
        return bool(getattr(self, f"body_{get_language()}", None))

    @property
    def bodies(self) -> tuple[str, ...]:
        """Return the text in each language that has one."""
        return tuple(body for body in (self.body_en, self.body_es) if body)  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse tokens that name no statistic, and anchors of the page's frame.

        Raises ValidationError.
        """
        if self.anchor in TAKEN:
            raise ValidationError({"anchor": _("The frame of the page has this anchor already.")})
        named = figures.keys(*self.bodies)
        known = set(Statistic.objects.filter(key__in=named).values_list("key", flat=True))
        missing = sorted(named - known)
        if missing:
            raise ValidationError(
                [
                    _("There is no statistic with the key “%(key)s”.") % {"key": key}
                    for key in missing
                ]
            )
