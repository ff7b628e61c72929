"""Addresses."""

from django.urls import path

from . import views

app_name = "donations"
urlpatterns = [
    path("give/", views.give, name="give"),
    path("giving/<str:token>/", views.gift, name="gift"),
    path("giving/<str:token>/thanks/", views.thanks, name="thanks"),
    path("giving/<str:token>/mail/", views.mail_again, name="mail_again"),
]
