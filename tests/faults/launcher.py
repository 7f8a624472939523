"""Launches a campaign at a signal, and prints the result.

Run as `python -m tests.faults.launcher ID`: it waits for a line on its standard input.
"""

import sys

from supporters import create_app
from supporters.campaigns.models import Campaign
from supporters.delivery.launch import launch_campaign

LAUNCHED = "launched"


def main() -> None:
    """Launch the campaign once the line has come."""
    with create_app().app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        launched = launch_campaign(int(sys.argv[1]))
    sys.stdout.write(f"{LAUNCHED if isinstance(launched, Campaign) else launched}\n")


if __name__ == "__main__":
    main()
