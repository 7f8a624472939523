"""A request for a right: another owner agrees or declines; the one who asked withdraws it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RightRequestStatus
from supporters.accounts.queries import find_organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.team.right_requests import (
    RequestRightError,
    decline_request,
    find_decision_fault,
    find_right_request,
    grant_request,
)
from supporters.web.console.console_blueprint import console, owners_only, recent_password_required
from supporters.web.console.team.team_pages import describe_request
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

REQUEST = f"<int(max={2**63 - 1}):request_id>"


@console.route(f"/organisers/requests/{REQUEST}", methods=["GET", "POST"])
@owners_only
@recent_password_required
def show_right_request(request_id: int) -> ResponseReturnValue:
    """Show a request for a right; agree to it, decline it or withdraw it."""
    if EmptyForm().validate_on_submit():
        decide = grant_request if "agree" in request.form else decline_request
        return _after_decision(decide(request_id, current_user.id))
    right_request = find_right_request(request_id, clock.now())
    organiser = None if right_request is None else find_organiser(right_request.organiser_id)
    if right_request is None or organiser is None:
        return _after_decision(RequestRightError.NOT_OPEN)
    return _show_request(right_request, organiser)


def _show_request(right_request: RightRequest, organiser: Organiser) -> str:
    fault = find_decision_fault(right_request, current_user, clock.now())
    return render_template(
        "console/team/right_request.html",
        row=describe_request(right_request, organiser),
        organiser=organiser,
        meaning=label(right_request.role, "meaning"),
        fault=None if fault is None else label(fault),
        form=EmptyForm(),
    )


def _after_decision(
    decided: RightRequest | RequestRightError | SecondPersonFault,
) -> ResponseReturnValue:
    match decided:
        case RightRequest(status=RightRequestStatus.GRANTED):
            flash(gettext("You agreed. The right is given."), "success")
        case RightRequest(status=RightRequestStatus.DECLINED):
            flash(gettext("You declined. Nothing changes."), "success")
        case RightRequest():
            flash(gettext("The request is withdrawn."), "success")
        case fault:
            flash(label(fault), "error")
    return redirect(url_for("console.organisers"), 303)
