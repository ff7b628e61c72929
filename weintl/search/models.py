"""The words that occur in what is searched: small enough to look there for what was meant."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class Word(models.Model):
    """A word of a language as it is written; added by triggers, for `weintl.search.spelling`."""

    language = models.CharField(max_length=5)
    word = models.CharField(max_length=60)
    # In lower case without accents.
    folded = models.CharField(max_length=60)
    # What the text search makes of it: all forms of a word have the same.
    stem = models.CharField(max_length=60)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="word_once")]
        indexes = [
            models.Index(fields=["language", "folded"], name="word_folded"),
            models.Index(fields=["language", "stem"], name="word_stem"),
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="word_like"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.word}"
