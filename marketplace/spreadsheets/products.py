"""The table of products: texts in both languages, where they stand, who makes them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from partners.models import Programme

from .. import publishing
from ..models import Category, Material, Product, Technique
from ..models.catalogue import WANTED
from .fields import FlagWidget, ManyField, NumberWidget, OneField, TextField, ToldField
from .resources import CatalogueResource

TEXTS = ("name", "slug", "by_line", "description", "made_by", "material", "size", "care")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SLUGS = tuple(f"slug_{code}" for code in LANGUAGES)


class ProductResource(CatalogueResource):
    """One row a product, found by its code."""

    KEY = "code"
    WANTED = ("name_en", "category", "programme")

    code = TextField("code")
    category = OneField(
        "category",
        code=lambda row: str(row.slug_en),
        rows=Category.objects.all,
        lacks=gettext_lazy("There is no category “%(code)s”: use its English address word."),
    )
    programme = OneField(
        "programme",
        code=lambda row: str(row.code),
        rows=lambda: Programme.objects.select_related("partner"),
        lacks=gettext_lazy("There is no programme with the code “%(code)s”."),
    )
    technique = OneField(
        "technique",
        code=lambda row: str(row.code),
        rows=Technique.objects.all,
        lacks=gettext_lazy("There is no technique with the code “%(code)s”."),
    )
    materials = ManyField(
        "materials",
        code=lambda row: str(row.code),
        rows=Material.objects.all,
        lacks=gettext_lazy("There is no material with the code “%(code)s”."),
    )
    one_of_a_kind = Field("is_one_of_a_kind", "one_of_a_kind", widget=FlagWidget())
    dispatch_days = Field("dispatch_days", "dispatch_days", widget=NumberWidget(is_optional=False))
    published = ToldField(
        "is_published",
        "published",
        refusal=gettext_lazy("Products go into the shop, or out of it, from their list only."),
    )
    # A column for each text in each language.
    locals().update(
        {f"{name}_{code}": TextField(f"{name}_{code}") for name in TEXTS for code in LANGUAGES}
    )

    class Meta(CatalogueResource.Meta):
        abstract = False
        model = Product
        import_id_fields = ("code",)
        fields = (
            "code", "category", "programme",
            *(f"{name}_{code}" for name in TEXTS[:4] for code in LANGUAGES),
            "technique", "materials",
            *(f"{name}_{code}" for name in TEXTS[4:] for code in LANGUAGES),
            "one_of_a_kind", "dispatch_days", "published",
        )  # fmt: skip
        import_order = export_order = fields

    def compared(self) -> Any:
        """Read what is compared at once."""
        rows = Product.objects.select_related("category", "programme", "technique")
        return rows.prefetch_related("materials").order_by("code")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read which address words are taken, among those of the file and of its names."""
        words: dict[str, set[str]] = {slug: set() for slug in SLUGS}
        for row in dataset.dict:
            for code in LANGUAGES:
                given = str(row.get(f"slug_{code}") or "").strip()
                words[f"slug_{code}"].add(given or slugify(str(row.get(f"name_{code}") or "")))
        self.taken: dict[tuple[str, str], str] = {}
        for slug, given_words in words.items():
            found = Product.objects.filter(**{f"{slug}__in": given_words})
            self.taken |= {(slug, word): code for word, code in found.values_list(slug, "code")}

    def refusals(self, instance: Product) -> Iterable[tuple[str, str]]:
        """Make address words of names where there are none; refuse what the shop would miss."""
        for code, slug in zip(LANGUAGES, SLUGS, strict=True):
            name = getattr(instance, f"name_{code}")
            if not getattr(instance, slug) and name:
                setattr(instance, slug, slugify(name)[:120])
            # An empty word is none: two products may have none in a language.
            word = getattr(instance, slug) or None
            setattr(instance, slug, word)
            if word and self.taken.setdefault((slug, word), instance.code) != instance.code:
                yield (
                    slug,
                    _("The address word “%(word)s” belongs to %(code)s.")
                    % {
                        "word": word,
                        "code": self.taken[slug, word],
                    },
                )
        if instance.is_published:
            yield from _lacking(instance)

    def after_rows(self, changed: list[tuple[int, Any]]) -> Iterable[tuple[int, str, str]]:
        """Refuse to leave a product of the shop without what keeps it there."""
        now = timezone.now()
        for place, row in changed:
            if row.is_published and row.__dict__.get("_was_of") != row.programme_id:
                for words in publishing.missing(row, now=now):
                    yield place, "programme", words

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Remember the programme too: a product of the shop needs a rule of the new one."""
        super().after_init_instance(instance, new, row, **kwargs)
        instance.__dict__["_was_of"] = instance.programme_id


def _lacking(product: Product) -> Iterable[tuple[str, str]]:
    """Yield the texts without which a product of the shop would be incomplete."""
    languages = dict(settings.LANGUAGES)
    for code, names in publishing.untranslated(product).items():
        for name in names:
            words = _("It is in the shop: %(field)s must not be missing in %(language)s.")
            yield (
                f"{name}_{code}",
                words
                % {
                    "field": publishing.label(name),
                    "language": languages[code],
                },
            )


assert set(WANTED) <= set(TEXTS)
