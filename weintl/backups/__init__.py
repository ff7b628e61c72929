"""Backups of an installation: the database and the files that belong to it. docs/operations."""
