"""People in the admin: by e-mail address, with what they prove themselves with."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.rows import ReadOnlyAdmin, link_to

from .models import SecondFactor, User

# The library's page shows the secret itself, and lets it be typed.
admin.site.unregister(Authenticator)
FACTORS = {"totp": _("app on the phone"), "recovery_codes": _("recovery codes")}


class UserCreationForm(AdminUserCreationForm):
    """Asks for an e-mail address where Django asks for a user name."""

    class Meta:
        model = User
        fields = ("email",)
        field_classes: dict[str, type] = {}


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Django's own screens without the user name."""

    add_form = UserCreationForm
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    search_fields = ["email", "first_name", "last_name"]
    search_help_text = _("E-mail or name")
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"classes": ["wide"], "fields": ["email", "usable_password", "password1", "password2"]},
        )
    ]
    filter_horizontal = ["groups"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let superusers alone change superusers: whoever sets a password has its rights."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Let superusers alone make superusers, and nobody else give rights to themselves."""
        fixed = [*super().get_readonly_fields(request, obj), "last_login", "date_joined"]
        if not request.user.is_superuser:
            fixed.append("is_superuser")
            if obj is not None and obj.pk == request.user.pk:
                fixed.append("groups")
        return fixed


@admin.register(SecondFactor)
class SecondFactorAdmin(ReadOnlyAdmin):
    """Who has enrolled what. A lost phone: delete it, and the person enrols anew."""

    list_display = ["person", "kind", "enrolled_at", "used_at"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__first_name", "user__last_name"]
    search_help_text = _("E-mail or name")
    ordering = ["user__email", "pk"]
    fields = ["person", "kind", "enrolled_at", "used_at"]
    readonly_fields = ["person", "kind", "enrolled_at", "used_at"]

    @admin.display(description=_("person"), ordering="user__email")
    def person(self, factor: SecondFactor) -> str:
        """Lead to whose it is."""
        return link_to(factor.user)

    @admin.display(description=_("enrolled"), ordering="created_at")
    def enrolled_at(self, factor: SecondFactor) -> Any:
        """Return since when."""
        return factor.created_at

    @admin.display(description=_("last used"), ordering="last_used_at")
    def used_at(self, factor: SecondFactor) -> Any:
        """Return when last."""
        return factor.last_used_at

    @admin.display(description=_("kind"), ordering="type")
    def kind(self, factor: SecondFactor) -> str:
        """Write what it is; never its secret."""
        return str(FACTORS.get(factor.type, factor.type))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those with every right take a lost one away."""
        return request.user.is_active and request.user.is_superuser
