"""What must hold of pictures and consents. Run by `manage.py verify`."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from weintl import sourcing

from . import consents
from .models import ConsentRecord, Doomed, Picture
from .models.consents import Scope

GONE_WITHIN = timedelta(days=1)


def check_pictures_of_people_have_a_consent() -> Iterator[str]:
    """No picture of a person is public without a valid consent."""
    now = timezone.now()
    for key in Picture.objects.filter(~Q(people="none"), consent=None).values_list(
        "key", flat=True
    ):
        yield f"The picture {key} shows people and has no consent."
    for scope in (Scope.WEB, Scope.SHOP):
        shown = Picture.objects.public(now=now, scope=scope).exclude(people="none")
        for picture in shown.select_related("consent").order_by("pk"):
            if not picture.may_be_seen(now=now, scope=scope):
                yield f"The picture {picture.key} is public ({scope}) without a valid consent."


def check_no_minor_can_be_recognised() -> Iterator[str]:
    """No consent of a guardian lets a child be recognised."""
    loose = ConsentRecord.objects.exclude(given_by="adult").filter(
        Q(shows_face=True) | Q(uses_name=True) | Q(place="region")
    )
    for code in loose.values_list("code", flat=True):
        yield f"The consent {code} is a guardian's and lets a minor be recognised."


def check_nothing_rests_on_a_withdrawn_consent() -> Iterator[str]:
    """Nothing is left of what was withdrawn."""
    for consent in ConsentRecord.objects.filter(withdrawn_at__isnull=False):
        for use in consents.uses(consent):
            yield f"{len(use.titles)} {use.name} still rest on {consent.code}, withdrawn."


def check_doomed_files_are_gone() -> Iterator[str]:
    """Files that are to be removed are gone within a day."""
    overdue = Doomed.objects.filter(not_before__lt=timezone.now() - GONE_WITHIN).count()
    if overdue:
        yield f"{overdue} folders of pictures wait for more than a day to be removed."


def check_alternative_texts_state_no_figure() -> Iterator[str]:
    """No alternative text states a figure: it would have neither source nor date."""
    for key, *texts in Picture.objects.values_list("key", "alt_en", "alt_es"):
        for figure in sourcing.bare_figures(" · ".join(text or "" for text in texts)):
            yield f"The alternative text of the picture {key} holds {figure}."


CHECKS = [
    check_pictures_of_people_have_a_consent,
    check_no_minor_can_be_recognised,
    check_nothing_rests_on_a_withdrawn_consent,
    check_doomed_files_are_gone,
    check_alternative_texts_state_no_figure,
]
