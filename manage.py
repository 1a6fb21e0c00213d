#!/usr/bin/env python
"""Django's command line for Alliance."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")
    if sys.argv[1:2] == ["migrate"]:
        # Only migrations run as the role that owns the tables; the product never does.
        os.environ.setdefault("ALLIANCE_AS_OWNER", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
