"""Categories: a tree by which the shop is divided."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CategoryQuerySet(models.QuerySet["Category"]):
    """Reads of categories."""

    def rows(self) -> list["Category"]:
        """Return all in their order."""
        return list(self.order_by("position", "pk"))

    def tree(
        self,
        numbers: Mapping[int, int] | None = None,
        *,
        rows: Iterable["Category"] | None = None,
    ) -> "Tree":
        """Return the categories that have public products, here or below.

        `numbers` says how many stand in each category itself, where it is known already; else
        they are counted. `rows` are all of them, where they were read before.
        """
        if numbers is not None:
            # Of its own for each tree: what was read before may be in another thread's hands.
            own_rows = [copy(row) for row in (self.rows() if rows is None else rows)]
            for row in own_rows:
                row.own = numbers.get(row.pk, 0)  # type: ignore[attr-defined]
            return Tree.of(own_rows)
        listings: Any = apps.get_model("marketplace", "Listing")._default_manager
        listed = listings.public().filter(category=OuterRef("pk")).order_by()
        number = listed.values("category").annotate(number=Count("pk")).values("number")
        own = Coalesce(Subquery(number), 0)
        return Tree.of(self.annotate(own=own).order_by("position", "pk"))


class Category(models.Model):
    """A part of the shop, such as textiles, or weaving below it."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("stands in"),
        help_text=_("The wider category. Empty for one that stands at the top."),
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address word"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        # Constraints, not unique fields: those would bind the table of history too.
        constraints = [
            models.UniqueConstraint(fields=["slug_en"], name="category_slug_en_once"),
            models.UniqueConstraint(fields=["slug_es"], name="category_slug_es_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the category's page in the active language."""
        return reverse("marketplace:category", args=[self.slug])

    @property
    def way(self) -> list["Category"]:
        """Return the categories from the top to this one, a query for each not yet read."""
        above: Category | None = self
        found = []
        while above is not None:
            found.append(above)
            above = above.parent
        return list(reversed(found))

    def clean(self) -> None:
        """Say in words what the database refuses: a category inside itself."""
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("It would stand inside itself.")})
            seen.add(above.pk)
            above = above.parent


@dataclass
class Tree:
    """Categories with public products; each has `pieces`, those of all below it included."""

    roots: list[Category] = field(default_factory=list)
    by_id: dict[int, Category] = field(default_factory=dict)
    # Those without a product too: in a search a category may be left without one.
    all: list[Category] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[Category]) -> "Tree":
        """Return the tree of `rows` that `counted` read; empty ones are left out."""
        found = {row.pk: row for row in rows}
        for row in found.values():
            row.pieces, row.below = 0, []  # type: ignore[attr-defined]
        for row in found.values():
            for each in _upwards(row, found):
                each.pieces += row.own  # type: ignore[attr-defined]
        tree = cls(all=list(found.values()))
        for row in found.values():
            if not row.pieces:  # type: ignore[attr-defined]
                continue
            tree.by_id[row.pk] = row
            above = found.get(row.parent_id) if row.parent_id else None
            (above.below if above else tree.roots).append(row)  # type: ignore[attr-defined]
        return tree

    def named(self, slug: str) -> Category | None:
        """Return the category with this word in the active language."""
        return next((row for row in self.all if row.slug == slug), None)

    def way(self, category: Category) -> list[Category]:
        """Return the categories from the top to `category`, it included."""
        rows = {row.pk: row for row in self.all}
        return list(reversed(list(_upwards(category, rows))))

    def within(self, category: Category) -> list[int]:
        """Return the ids of `category` and of all below it."""
        found = [category.pk]
        for each in category.below:  # type: ignore[attr-defined]
            found += self.within(each)
        return found

    @property
    def pieces(self) -> int:
        """Return how many public products there are."""
        return sum(root.pieces for root in self.roots)  # type: ignore[attr-defined]


def _upwards(row: Category, rows: dict[int, Category]) -> Iterable[Category]:
    """Yield `row` and what it stands in, up to the top; the database knows no circles."""
    each: Category | None = row
    while each is not None:
        yield each
        each = rows.get(each.parent_id) if each.parent_id else None
