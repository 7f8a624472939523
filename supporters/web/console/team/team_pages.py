"""The team: its accounts, the requests for rights, one account, and the invitation of another."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RightRequestStatus, RoleName
from supporters.accounts.queries import (
    count_active_owners,
    find_open_team_invitations,
    find_organiser,
    list_organisers,
)
from supporters.accounts.second_person import SecondPersonFault, counts_from
from supporters.lists.queries import list_lists
from supporters.sign_in.sign_in_sessions import find_last_sign_ins
from supporters.team.accounts import EXTRA_RIGHTS, base_role_of, list_extra_rights
from supporters.team.list_scopes import scope_of
from supporters.team.right_requests import (
    VALID_FOR,
    RequestRightError,
    decline_request,
    find_decision_fault,
    find_right_request,
    grant_request,
    list_right_requests,
)
from supporters.team.team_invitations import (
    MOST_INVITATIONS,
    NEXT_INVITATION,
    TeamInvitationError,
    invite_colleague,
)
from supporters.web.console.console_blueprint import ORGANISER, for_owners, recent_password_required
from supporters.web.console.mail_states import describe_email
from supporters.web.console.team.team_forms import TeamInvitationForm
from supporters.web.forms import EmptyForm
from supporters.web.labels import label
from supporters.web.labels.organiser_labels import RIGHT_REQUESTS
from supporters.web.page_language import select_language

REQUEST = f"<int(max={2**63 - 1}):request_id>"


class RequestRow(NamedTuple):
    """A request for a right: its question, and until when it is valid."""

    id: int
    question: str
    requester: str
    requested_at: datetime
    valid_until: datetime
    is_own: bool


class RightRow(NamedTuple):
    """A right that an account has beside its role, or may get."""

    right: RoleName
    is_held: bool
    counts_from: datetime | None
    is_requested: bool


@for_owners.get("/organisers")
def organisers() -> str:
    """Show the accounts, and the requests that wait for an owner."""
    invitations = find_open_team_invitations()
    team = [each for each in list_organisers() if not _is_gone(each)]
    return render_template(
        "console/team/organisers.html",
        organisers=team,
        base_roles={each.id: base_role_of(each) for each in team},
        rights={each.id: list_extra_rights(each) for each in team},
        list_names={each.id: name_lists(each) for each in team if each.is_limited},
        last_sign_ins=find_last_sign_ins(),
        invitations={each: describe_email(email) for each, email in invitations.items()},
        requests=describe_requests(),
        is_only_owner=count_active_owners() < 2,
    )


@for_owners.route("/organisers/invite", methods=["GET", "POST"])
@recent_password_required
def invite() -> ResponseReturnValue:
    """Invite a colleague."""
    form = TeamInvitationForm()
    if form.is_fresh():
        form.role.data = request.args.get("role", RoleName.ORGANISER.value)
    if form.validate_on_submit():
        role, language = RoleName(form.role.data), select_language()
        invited = invite_colleague(form.address_key, role, language, owner_id=current_user.id)
        if not isinstance(invited, TeamInvitationError):
            flash(gettext("The invitation is sent."), "success")
            if invited.request is not None:
                flash(_explain_waiting(), "info")
            return redirect(url_for("console.organisers"), 303)
        form.email.errors = [explain_invitation(invited)]
    return form.render("console/team/invite.html", is_only_owner=count_active_owners() < 2)


@for_owners.get(f"/organisers/{ORGANISER}")
def show_organiser(organiser_id: int) -> str:
    """Show one account, with the changes that are possible."""
    organiser = get_organiser_or_404(organiser_id)
    email = find_open_team_invitations().get(organiser_id)
    return render_template(
        "console/team/organiser.html",
        organiser=organiser,
        base_role=base_role_of(organiser),
        list_names=name_lists(organiser),
        rights=_list_rights(organiser),
        owner_counts_from=_counts_from(organiser, RoleName.OWNER),
        last_sign_in=find_last_sign_ins().get(organiser_id),
        inviter=_name_inviter(organiser),
        invitation=email and describe_email(email),
        requests=describe_requests(organiser_id),
    )


def _name_inviter(organiser: Organiser) -> str | None:
    inviter = organiser.invited_by_id and find_organiser(organiser.invited_by_id)
    return inviter.shown_name if inviter else None


def get_organiser_or_404(organiser_id: int) -> Organiser:
    """Return the account, or answer 404."""
    organiser = find_organiser(organiser_id)
    if organiser is None or _is_gone(organiser):
        abort(404)
    return organiser


def _is_gone(organiser: Organiser) -> bool:
    """Tell whether nothing can be done with an account any more: only records name it."""
    return organiser.is_revoked or organiser.anonymised_at is not None


def describe_requests(organiser_id: int | None = None) -> list[RequestRow]:
    """Return the rows of the open requests, or of those for one account."""
    return [
        describe_request(each, organiser)
        for each, organiser in list_right_requests(clock.now())
        if organiser_id in (None, organiser.id)
    ]


def describe_request(right_request: RightRequest, organiser: Organiser) -> RequestRow:
    """Return the row of a request."""
    requester = right_request.requested_by_id and find_organiser(right_request.requested_by_id)
    return RequestRow(
        id=right_request.id,
        question=str(RIGHT_REQUESTS[right_request.role]) % {"account": organiser.shown_name},
        requester=requester.shown_name if requester else gettext("somebody"),
        requested_at=right_request.requested_at,
        valid_until=right_request.requested_at + VALID_FOR,
        is_own=right_request.requested_by_id == current_user.id,
    )


def explain_invitation(refused: TeamInvitationError) -> str:
    """Return why an invitation was refused, in words."""
    match refused:
        case TeamInvitationError.TOO_OFTEN:
            return str(
                gettext(
                    "This address was invited %(count)s times without an answer. Speak with "
                    "the person first. You can invite the address again %(days)s days after "
                    "the last invitation.",
                    count=format_decimal(MOST_INVITATIONS),
                    days=format_decimal(NEXT_INVITATION.days),
                )
            )
        case TeamInvitationError.LINK_INVALID:
            return str(gettext("There is no open invitation any more. Invite the person again."))
        case TeamInvitationError.ALREADY_ACCEPTED:
            return str(gettext("This person has an account already."))


def name_lists(organiser: Organiser) -> Sequence[str]:
    """Return the names of the lists that an account may see."""
    scope = scope_of(organiser)
    return [each.name for each in list_lists() if scope.covers(each.id)]


def _explain_waiting() -> str:
    return str(
        gettext(
            "The person begins as an organiser. They become an owner when another owner agrees."
        )
    )


def _list_rights(organiser: Organiser) -> list[RightRow]:
    asked = {
        each.role for each, about in list_right_requests(clock.now()) if about.id == organiser.id
    }
    return [
        RightRow(
            right=right,
            is_held=bool(organiser.has_role(right.value)),
            counts_from=_counts_from(organiser, right),
            is_requested=right in asked,
        )
        for right in EXTRA_RIGHTS
    ]


def _counts_from(organiser: Organiser, right: RoleName) -> datetime | None:
    """Return when a right begins to count, if that is still to come."""
    moment = counts_from(organiser, right)
    return moment if moment is not None and moment > clock.now() else None


@for_owners.route(f"/organisers/requests/{REQUEST}", methods=["GET", "POST"])
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
