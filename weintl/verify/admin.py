"""What the nightly verification found, for reading."""

from django.contrib import admin

from weintl.rows import ReadOnlyAdmin

from .models import BrokenRule, Verification


@admin.register(BrokenRule)
class BrokenRuleAdmin(ReadOnlyAdmin):
    """Rules that are broken, or were."""

    list_display = ["sentence", "rule", "found_at", "last_found_at", "gone_at"]
    list_filter = [("gone_at", admin.EmptyFieldListFilter), "found_at"]
    search_fields = ["sentence", "rule"]
    date_hierarchy = "found_at"
    ordering = ["-found_at", "-pk"]


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """Runs of all checks."""

    list_display = ["began_at", "ended_at", "checks", "breaches"]
    date_hierarchy = "began_at"
    ordering = ["-began_at", "-pk"]
