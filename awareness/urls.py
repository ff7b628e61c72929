"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path, re_path

from .models.pages import PATH
from .views import help, pages

app_name = "awareness"
urlpatterns = [
    path("", pages.home, name="home"),
    path("facts/", pages.facts, name="facts"),
    path("help/", help.help_page, name="help"),
    path("safety/", help.safety, name="safety"),
    re_path(rf"^(?P<path>{PATH})$", pages.page, name="page"),
]
