"""The accounts of the console, and the page where an invited colleague chooses a password."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.organisers import accounts
from supporters.organisers.accounts import AccountResult, ExportRightResult
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import find_open_team_invitations, list_organisers
from supporters.organisers.team_invitations import (
    MOST_INVITATIONS,
    NEXT_INVITATION,
    TeamInvitationError,
    accept_team_invitation,
    find_invited_organiser,
    invite_organiser,
)
from supporters.web.console.console_blueprint import ORGANISER, console, owners_only
from supporters.web.console.forms.settings_forms import TeamInvitationForm, WelcomeForm
from supporters.web.console.mail_states import describe_email
from supporters.web.page_language import select_language

UNPROCESSABLE = 422
GONE = 410


def _explain(refused: TeamInvitationError) -> str:
    """Return why the invitation was refused, in words."""
    if refused is TeamInvitationError.TOO_OFTEN:
        return str(
            gettext(
                "This address was invited %(count)s times without an answer. Speak with "
                "the person first. You can invite the address again %(days)s days after "
                "the last invitation.",
                count=format_decimal(MOST_INVITATIONS),
                days=format_decimal(NEXT_INVITATION.days),
            )
        )
    return str(gettext("This person has an account already."))


@console.route("/organisers", methods=["GET", "POST"])
@owners_only
def organisers() -> ResponseReturnValue:
    """Show the accounts, and invite a colleague."""
    form = TeamInvitationForm()
    if form.validate_on_submit():
        role = RoleName(form.role.data)
        invited = invite_organiser(
            form.address_key, role, select_language(), inviter=current_user.email
        )
        if not isinstance(invited, TeamInvitationError):
            flash(gettext("The invitation is sent."), "success")
            return redirect(url_for("console.organisers"), 303)
        form.email.errors = [_explain(invited)]
    invitations = find_open_team_invitations()
    page = render_template(
        "console/organisers.html",
        organisers=list_organisers(),
        invitations={each: describe_email(email) for each, email in invitations.items()},
        form=form,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


@console.post(f"/organisers/{ORGANISER}/disable")
@owners_only
def disable_organiser(organiser_id: int) -> ResponseReturnValue:
    """Disable an account."""
    return _after(accounts.disable_organiser(organiser_id), gettext("The account is disabled."))


@console.post(f"/organisers/{ORGANISER}/enable")
@owners_only
def enable_organiser(organiser_id: int) -> ResponseReturnValue:
    """Enable a disabled account."""
    return _after(accounts.enable_organiser(organiser_id), gettext("The account is enabled again."))


@console.post(f"/organisers/{ORGANISER}/may-export")
@owners_only
def grant_export(organiser_id: int) -> ResponseReturnValue:
    """Give an account the right to export."""
    if accounts.grant_export(organiser_id) is ExportRightResult.UNKNOWN:
        abort(404)
    flash(gettext("This account may export now."), "success")
    return redirect(url_for("console.organisers"), 303)


@console.post(f"/organisers/{ORGANISER}/may-not-export")
@owners_only
def revoke_export(organiser_id: int) -> ResponseReturnValue:
    """Withdraw the right to export."""
    if accounts.revoke_export(organiser_id) is ExportRightResult.UNKNOWN:
        abort(404)
    flash(gettext("This account may not export any more."), "success")
    return redirect(url_for("console.organisers"), 303)


def _after(outcome: AccountResult, done: str) -> ResponseReturnValue:
    match outcome:
        case AccountResult.UNKNOWN:
            abort(404)
        case AccountResult.LAST_OWNER:
            flash(gettext("This is the last owner. Without an owner, nobody can invite."), "error")
        case AccountResult.DONE:
            flash(done, "success")
    return redirect(url_for("console.organisers"), 303)


@console.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose the password of an invitation. The link works once."""
    organiser = find_invited_organiser(token)
    if organiser is None:
        return render_template("console/welcome_over.html"), GONE
    form = WelcomeForm()
    if form.validate_on_submit() and isinstance(
        accept_team_invitation(token, form.password.data or ""), Organiser
    ):
        flash(gettext("Your account is open. Sign in."), "success")
        return redirect(url_for("security.login"), 303)
    page = render_template("console/welcome.html", form=form, organiser=organiser)
    return page, UNPROCESSABLE if form.is_submitted() else 200
