"""Migrations of staff\x27s groups."""
