"""Leads a member of the team from the party's console into its training."""

from flask import abort, redirect
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from supporters.extensions import current_settings
from supporters.sign_in.training_links import make_training_link
from supporters.web.console.console_blueprint import for_team


@for_team.get("/try-the-day")
def try_the_day() -> ResponseReturnValue:
    """Lead to the training with a new link, which lasts for five minutes."""
    training = current_settings().training
    if not training.url:
        abort(404)
    link = make_training_link(training, current_user.name or "", str(get_locale()))
    return redirect(link, 303)
