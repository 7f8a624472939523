"""The first wave of a launch, now or at an hour, as options of commands."""

import click

from supporters.delivery.first_wave.wave_rules import Wave

wave_size = click.option(
    "--wave",
    type=click.IntRange(0),
    help="Send to so many random people first, and hold the others. 0 is none.",
)
wave_wait = click.option(
    "--continue-after",
    "minutes",
    type=click.IntRange(1),
    help="Minutes after which it goes on by itself, if no threshold is reached.",
)


def read_wave(size: int | None, minutes: int | None) -> Wave | None:
    """Return the first wave of these options; None leaves the chosen one as it is."""
    return None if size is None else Wave(size=size, minutes=minutes)
