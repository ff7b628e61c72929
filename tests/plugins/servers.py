"""Starts the servers that tests need; those named in the environment are used as they are."""
