#!/usr/bin/env python
"""Run Django's management commands for weintl."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Hand the command line to Django with the project's one settings module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weintl.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
