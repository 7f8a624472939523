"""Asking again those who agreed to an earlier text: owners begin, stop and go on."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.signup.renewing.rounds import start_asking, stop_asking
from supporters.web.console.blueprint import PURPOSE, console, owners_only
from supporters.web.console.consents import get_purpose_or_404


@console.post(f"/consents/{PURPOSE}/ask")
@owners_only
def ask_people_again(purpose_id: int) -> ResponseReturnValue:
    """Begin, or go on."""
    if start_asking(get_purpose_or_404(purpose_id).id) is None:
        flash(gettext("The letters leave from now on, some each minute."), "success")
    else:
        flash(gettext("There is nobody to ask for this text."), "error")
    return _back_to(purpose_id)


@console.post(f"/consents/{PURPOSE}/ask/stop")
@owners_only
def stop_asking_people(purpose_id: int) -> ResponseReturnValue:
    """Stop; who was asked can still answer."""
    stop_asking(get_purpose_or_404(purpose_id).id)
    flash(gettext("No further letter is written. Who was asked can still answer."), "success")
    return _back_to(purpose_id)


def _back_to(purpose_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)
