"""Addresses."""

from django.urls import path

from .views import impact, programmes

app_name = "partners"
urlpatterns = [
    path("impact/", impact.impact, name="impact"),
    path("impact/figures.csv", impact.impact_csv, name="impact_csv"),
    path("impact/figures.json", impact.impact_json, name="impact_json"),
    path("partners/", programmes.partners, name="partners"),
    path("partners/<slug:slug>/", programmes.partner, name="partner"),
    path("partners/<slug:partner_slug>/<slug:slug>/", programmes.programme, name="programme"),
]
