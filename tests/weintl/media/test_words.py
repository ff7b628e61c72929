"""An alternative text says what is seen: no figure comes in, on whatever path."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from tests.factories.media import PictureFactory
from weintl.media import words
from weintl.media.models import Picture

pytestmark = pytest.mark.django_db
BARE = "A poster: 27 million people"


def _save(picture: Picture) -> None:
    picture.alt_en = BARE
    picture.save(update_fields=["alt_en"])


def _update_in_bulk(picture: Picture) -> None:
    picture.alt_es = "Son 27 millones"
    Picture.objects.bulk_update([picture], ["alt_es"])


@pytest.mark.parametrize(
    "write",
    [
        _save,
        _update_in_bulk,
        lambda picture: PictureFactory(alt_es="El 38 %"),
        lambda picture: Picture.objects.update(alt_en=BARE),
        lambda picture: Picture.objects.bulk_create([PictureFactory.build(alt_en=BARE)]),
    ],
    ids=["save", "bulk_update", "create", "update", "bulk_create"],
)
def test_no_path_lets_a_figure_in(write):
    picture = PictureFactory()
    with pytest.raises(ValidationError, match=r"27 mill|38 %"), transaction.atomic():
        write(picture)
    picture.refresh_from_db()
    assert picture.alt_en == "A folded scarf"


def test_the_sentence_says_what_to_do_in_the_editor_s_language():
    with override("es"), pytest.raises(ValidationError, match="Diga aquí solo lo que se ve"):
        words.refuse_figures(BARE)


@pytest.mark.parametrize("text", ["Two bowls, the third behind", "A cloth of 45 by 45 squares"])
def test_what_is_seen_may_be_counted(text):
    words.refuse_figures(text)
