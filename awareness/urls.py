"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path, re_path

from . import views
from .models.pages import PATH

app_name = "awareness"
urlpatterns = [
    path("", views.home, name="home"),
    path("facts/", views.facts, name="facts"),
    path("help/", views.help_page, name="help"),
    path("safety/", views.safety, name="safety"),
    re_path(rf"^(?P<path>{PATH})$", views.page, name="page"),
]
