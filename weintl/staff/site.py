"""The admin site: who may enter, and what stands on its first page."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from marketplace.report_pages import sales_page, shelves_page
from weintl.accounts.models import User
from weintl.staff import proof_page
from weintl.staff.areas import by_work, pages_for
from weintl.staff.overview import waiting_for


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether the person has enrolled a second factor (one query a request)."""
    if not hasattr(request, "_has_second_factor"):
        request._has_second_factor = (  # type: ignore[attr-defined]
            request.user.is_authenticated
            and Authenticator.objects.filter(user_id=request.user.pk)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exists()
        )
    return request._has_second_factor  # type: ignore[attr-defined,no-any-return]


def lacks_second_factor(request: HttpRequest) -> bool:
    """Say whether this is staff who should enrol a second factor."""
    user = request.user
    return user.is_authenticated and user.is_staff and not has_second_factor(request)


class StaffSite(AdminSite):
    """Demands a second factor in production, offers it in the demonstration."""

    site_header = _("WE International, staff")
    site_title = _("Staff")
    index_title = _("Overview")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let active staff in; in production only with a second factor."""
        if not super().has_permission(request):
            return False
        return has_second_factor(request) if settings.PRODUCTION else True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the notice about the second factor."""
        context = super().each_context(request)
        context["offers_second_factor"] = (
            request.user.is_authenticated
            and request.user.is_staff
            and not has_second_factor(request)
        )
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Order the areas by the work that is done in them, not by the alphabet of code."""
        found = super().get_app_list(request, app_label)
        return found if app_label else by_work(found, pages=pages_for(request.user))

    def get_urls(self) -> list[Any]:
        """Add the pages that are no model's: the money's proof, and reports."""
        view = self.admin_view
        return [
            path("proof/", view(self.proof), name="proof"),
            path("sales/", view(self.sales), name="marketplace_sales"),
            path("shelves/", view(self.shelves), name="marketplace_shelves"),
            *super().get_urls(),
        ]

    def proof(self, request: HttpRequest) -> HttpResponse:
        """Show that the provider, the ledger, sales, gifts and payouts agree."""
        return proof_page.page(request, self.each_context(request))

    def sales(self, request: HttpRequest) -> HttpResponse:
        """Show what was sold, by what staff choose."""
        return sales_page(request, self.each_context(request))

    def shelves(self, request: HttpRequest) -> HttpResponse:
        """Show what stands on the shelves and what does not move."""
        return shelves_page(request, self.each_context(request))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show first what waits for a person."""
        waiting = waiting_for(request.user) if isinstance(request.user, User) else []
        context = {**(extra_context or {}), "waiting": waiting}
        return super().index(request, context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in through allauth; staff who lack the second factor are sent to enrol it."""
        if (
            request.user.is_authenticated
            and request.user.is_staff
            and not has_second_factor(request)
        ):
            return HttpResponseRedirect(
                f"{reverse('mfa_activate_totp')}?{urlencode({'next': reverse('admin:index')})}"
            )
        return secure_admin_login(super().login)(request, extra_context=extra_context)
