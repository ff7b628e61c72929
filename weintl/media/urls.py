"""Addresses of pictures, below MEDIA_URL."""

from django.urls import re_path

from . import views

FILE = r"(?P<name>[\w-]+\.\w+)"
urlpatterns = [
    re_path(rf"^people/(?P<folder>[0-9a-f]{{32}})/{FILE}$", views.people_file),
    re_path(r"^(?P<name>pictures/(?:[0-9a-f]{32}/)?[\w-]+\.\w+)$", views.media_file),
]
