"""What must hold of pages, figures and helplines. Run by `manage.py verify`."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils import timezone

from . import figures, founding
from .models import Helpline, Page, Section, SeedClaim, Statistic, Story


def check_every_public_figure_has_a_source() -> Iterator[str]:
    """Every public figure has a source."""
    for key in Statistic.objects.filter(is_public=True, citations=None).values_list(
        "key", flat=True
    ):
        yield f"The public figure {key} has no source."


def check_parts_are_of_their_whole_s_kind() -> Iterator[str]:
    """Each part of a figure shares the method, unit and year of its whole."""
    parts = Statistic.objects.filter(part_of__isnull=False).exclude(
        method_family=F("part_of__method_family"),
        unit=F("part_of__unit"),
        data_year_en=F("part_of__data_year_en"),
    )
    for key, whole in parts.values_list("key", "part_of__key"):
        yield f"The figure {key} differs in method, unit or year from {whole}, its whole."


def check_tokens_name_public_figures() -> Iterator[str]:
    """Every figure named in a public text exists and is public."""
    public = set(Statistic.objects.public().values_list("key", flat=True))
    for section in _public_sections():
        for key in sorted(figures.keys(*section.bodies) - public):
            yield f"{section.page.key}#{section.anchor} names {key}, which readers cannot see."


def check_texts_state_no_bare_figure() -> Iterator[str]:
    """No text states a figure without its source."""
    for section in Section.objects.select_related("page"):
        headings = [getattr(section, f"heading_{language}") for language in ("en", "es")]
        for text in (*section.bodies, *headings):
            for fault in (*figures.bare_figures(text), *figures.broken_tokens(text)):
                yield f"{section.page.key}#{section.anchor} holds {fault}."
    for page in Page.objects.all():
        for field in ("title", "lede", "description", "content_note"):
            for language in ("en", "es"):
                for fault in figures.bare_figures(getattr(page, f"{field}_{language}")):
                    yield f"{page.key}: {field} ({language}) holds {fault}."


def check_every_seed_paragraph_has_a_home() -> Iterator[str]:
    """Every paragraph of the founding text has a section that takes it up."""
    if not Page.objects.exists():
        return
    taken = {ref for section in _public_sections() for ref in section.seed_refs}
    for paragraph, _text in founding.words():
        if paragraph not in taken:
            yield f"Paragraph {paragraph} of the founding text has no home."


def check_every_claim_is_answered() -> Iterator[str]:
    """Each sentence of the founding text is replaced by a public figure, or explained."""
    public = Statistic.objects.public().values("pk")
    replaced = SeedClaim.objects.filter(replaced_by__in=public).values("pk")
    for claim in SeedClaim.objects.exclude(pk__in=replaced):
        for language in ("en", "es"):
            if not getattr(claim, f"why_{language}"):
                yield f"The sentence {claim.key} is neither replaced nor explained ({language})."


def check_public_helplines_are_verified() -> Iterator[str]:
    """Every public helpline can be called, and says what it tells the police."""
    faulty = Helpline.objects.filter(is_public=True).filter(
        Q(phones=[])
        | Q(evidence=Helpline.Evidence.NONE)
        | Q(may_share_with_police_en="")
        | Q(may_share_with_police_es="")
        | Q(review_due__lte=F("checked_on"))
    )
    for key in faulty.values_list("key", flat=True):
        yield f"The helpline {key} is public and not verified."


def check_stories_of_people_have_a_consent() -> Iterator[str]:
    """No story of a person is public without a valid consent."""
    now = timezone.now()
    lacking = Story.objects.filter(is_of_person=True, published_at__isnull=False, consent=None)
    for pk in lacking.values_list("pk", flat=True):
        yield f"Story {pk} tells of a person and has no consent."
    for story in Story.objects.public(now=now).select_related("consent").order_by("pk"):
        if not story.may_be_read(now=now):
            yield f"Story {story.pk} is public without a valid consent."


def _public_sections() -> list[Section]:
    return list(
        Section.objects.filter(page__published_at__lte=timezone.now()).select_related("page")
    )


CHECKS = [
    check_every_public_figure_has_a_source,
    check_parts_are_of_their_whole_s_kind,
    check_tokens_name_public_figures,
    check_texts_state_no_bare_figure,
    check_every_seed_paragraph_has_a_home,
    check_every_claim_is_answered,
    check_public_helplines_are_verified,
    check_stories_of_people_have_a_consent,
]
