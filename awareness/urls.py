"""Addresses."""

app_name = "awareness"
urlpatterns: list = []
