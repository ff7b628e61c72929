"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path, re_path

from weintl.kept.keeping import kept_page

from .feeds import News
from .models.pages import PATH
from .views import contact, facts, help, pages, search, stories

app_name = "awareness"
urlpatterns = [
    path("", pages.home, name="home"),
    path("facts/", facts.facts_page, name="facts"),
    path("facts/figures.csv", facts.facts_csv, name="facts_csv"),
    path("facts/figures.json", facts.facts_json, name="facts_json"),
    path("facts/<slug:key>/", facts.fact, name="fact"),
    path("help/", help.help_page, name="help"),
    re_path(r"^help/(?P<code>[a-z]{2})/$", help.country, name="help_country"),
    re_path(r"^help/(?P<code>[a-z]{2})/card/$", help.card, name="help_card"),
    path("contact/", contact.write, name="contact"),
    path("contact/sent/", contact.sent, name="contact_sent"),
    path("safety/", help.safety, name="safety"),
    path("feed/", kept_page(News()), name="feed"),
    path("search/", search.search_page, name="search"),
    path("preview/<str:token>/", pages.preview, name="preview"),
    path("stories/", stories.stories, name="stories"),
    path("stories/<slug:slug>/", stories.story, name="story"),
    re_path(rf"^(?P<path>{PATH})$", pages.page, name="page"),
]
