"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path, re_path

from .models.pages import PATH
from .views import contact, help, pages

app_name = "awareness"
urlpatterns = [
    path("", pages.home, name="home"),
    path("facts/", pages.facts, name="facts"),
    path("help/", help.help_page, name="help"),
    re_path(r"^help/(?P<code>[a-z]{2})/$", help.country, name="help_country"),
    re_path(r"^help/(?P<code>[a-z]{2})/card/$", help.card, name="help_card"),
    path("contact/", contact.write, name="contact"),
    path("contact/sent/", contact.sent, name="contact_sent"),
    path("safety/", help.safety, name="safety"),
    re_path(rf"^(?P<path>{PATH})$", pages.page, name="page"),
]
