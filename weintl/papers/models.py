"""Numbers of papers, and papers as they were first made, whatever becomes of templates."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Counter(models.Model):
    """The last number given in a series and year. Locked last of all in a transaction.

    A trigger lets it go up by one and no other way.
    """

    series = models.CharField(max_length=4)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="paper_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class Paper(models.Model):
    """One file that was handed out. A trigger refuses every change but `erase`.

    The bytes stand in the database: they come and go with the rows that they were made from, in
    one transaction and in one backup, and a paper is read once in a long while.
    """

    # Which paper of what, such as "statement/ST-2026-000001/en.pdf".
    key = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    # Personal data in it were erased: what it was can still be told by its hash.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=False, erased_at__isnull=True)
                | Q(content__isnull=True, erased_at__isnull=False),
                name="paper_content_unless_erased",
            ),
        ]

    def __str__(self) -> str:
        return self.key
