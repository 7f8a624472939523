"""Asks a feature above this one whether campaigns may leave now. `create_app` names it."""

from collections.abc import Callable

from flask import Flask, current_app

from supporters.campaigns.models import Campaign

NAME = "launch_guard"
LaunchGuard = Callable[[Campaign], bool]


def init_app(app: Flask, guard: LaunchGuard) -> None:
    """Give the application its guard, which may record why a campaign leaves."""
    app.extensions[NAME] = guard


def may_leave(campaign: Campaign) -> bool:
    """Tell whether nothing beside the campaign itself keeps it from leaving."""
    guard: LaunchGuard = current_app.extensions[NAME]
    return guard(campaign)
