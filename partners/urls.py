"""Addresses."""

from django.urls import path

from . import views

app_name = "partners"
urlpatterns = [
    path("partners/", views.partners, name="partners"),
    path("partners/<slug:slug>/", views.partner, name="partner"),
    path("partners/<slug:partner_slug>/<slug:slug>/", views.programme, name="programme"),
]
