"""Addresses."""

from django.urls import path

from .views import giving, receipts

app_name = "donations"
urlpatterns = [
    path("give/", giving.give, name="give"),
    path("giving/<str:token>/", giving.gift, name="gift"),
    path("giving/<str:token>/thanks/", giving.thanks, name="thanks"),
    path(
        "giving/<str:token>/receipts/<slug:number>/<slug:language>/",
        receipts.receipt,
        name="receipt",
    ),
    path("giving/<str:token>/mail/", giving.mail_again, name="mail_again"),
]
