"""Addresses. Pages stand under their language; machines' addresses have none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

import awareness.sitemaps
import donations.sitemaps
import marketplace.sitemaps
import partners.sitemaps
from weintl import health, web

SITEMAPS = {
    **awareness.sitemaps.SITEMAPS,
    **marketplace.sitemaps.SITEMAPS,
    **partners.sitemaps.SITEMAPS,
    **donations.sitemaps.SITEMAPS,
}

handler400 = "weintl.web.bad_request"
urlpatterns = [
    path("", web.root, name="root"),
    path("exit/", web.leave, name="exit"),
    path("sitemap.xml", web.public_page(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", web.robots, name="robots"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("webhooks/", include("weintl.payments.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path(settings.MEDIA_URL.lstrip("/"), include("weintl.media.urls")),
    *i18n_patterns(
        path("", include("awareness.urls")),
        path("", include("partners.urls")),
        path("", include("marketplace.urls")),
        path("", include("donations.urls")),
    ),
]
