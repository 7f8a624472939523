"""The changes of an account: each page asks before it acts, and asks for the password again."""

from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _
from flask_login import current_user

from supporters.accounts.models import Organiser, RightRequest, RightRequestStatus, RoleName
from supporters.accounts.queries import find_organiser
from supporters.lists.queries import list_lists
from supporters.team import accounts, team_invitations
from supporters.team.accounts import base_role_of, revoke_right as revoke_account_right
from supporters.team.list_scopes import LimitResult, limit_organiser, scope_of
from supporters.team.right_requests import request_right as request_account_right
from supporters.team.team_invitations import FactorResetResult, TeamInvitationError, reset_factors
from supporters.web.console.console_blueprint import (
    ORGANISER,
    done,
    for_owners,
    recent_password_required,
)
from supporters.web.console.team.team_forms import ALL, SOME, AccountListsForm, RoleForm
from supporters.web.console.team.team_pages import explain_invitation, get_organiser_or_404
from supporters.web.forms import EmptyForm, SelectChoice
from supporters.web.labels import label

RIGHT = "<any(approver, exporter):right>"
REFUSED = {
    FactorResetResult.OWN_ACCOUNT: _("Another owner must reset your account."),
    FactorResetResult.DISABLED: _("This account is disabled. Enable it first."),
    FactorResetResult.NOT_ACCEPTED: _("This colleague did not open the account yet. Invite again."),
}


class AccountQuestion(NamedTuple):
    """The words of a page that asks before a change."""

    heading: str
    effects: list[str]
    button: str
    is_danger: bool = False


class RightQuestions(NamedTuple):
    """The headings of the pages that give a right, and revoke it."""

    give: LazyString
    revoke: LazyString


QUESTIONS = {
    RoleName.APPROVER: RightQuestions(
        _("Let %(account)s approve campaigns?"),
        _("Stop %(account)s from approving campaigns?"),
    ),
    RoleName.EXPORTER: RightQuestions(
        _("Let %(account)s export people?"),
        _("Stop %(account)s from exporting people?"),
    ),
}


@for_owners.route(f"/organisers/{ORGANISER}/role", methods=["GET", "POST"])
@recent_password_required
def change_role(organiser_id: int) -> ResponseReturnValue:
    """Choose another role. Another owner must agree to a new owner."""
    organiser, form = get_organiser_or_404(organiser_id), RoleForm()
    if form.is_fresh():
        base_role = base_role_of(organiser)
        form.role.data = base_role and base_role.value
    if form.validate_on_submit():
        role = RoleName(form.role.data)
        if role is RoleName.OWNER and not organiser.has_role(role.value):
            return _request(organiser, role)
        words = gettext("The role is changed.")
        return _after(organiser_id, accounts.change_role(organiser_id, role), words)
    return form.render("console/team/account_role.html", organiser=organiser)


@for_owners.route(f"/organisers/{ORGANISER}/lists", methods=["GET", "POST"])
@recent_password_required
def limit_account(organiser_id: int) -> ResponseReturnValue:
    """Choose the lists that an organiser sees and writes to."""
    organiser, form = get_organiser_or_404(organiser_id), AccountListsForm()
    form.lists.choices = [SelectChoice(each.id, each.name) for each in list_lists()]
    if form.is_fresh():
        form.extent.data = SOME if organiser.is_limited else ALL
        form.lists.data = sorted(scope_of(organiser).list_ids or ())
    if form.validate_on_submit():
        if limit_organiser(organiser_id, form.list_ids()) is LimitResult.NOT_AN_ORGANISER:
            flash(gettext("Only an organiser can be limited to lists."), "error")
        else:
            flash(gettext("The lists are changed."), "success")
        return _to_account(organiser_id)
    return form.render("console/team/account_lists.html", organiser=organiser)


@for_owners.route(f"/organisers/{ORGANISER}/disable", methods=["GET", "POST"])
@recent_password_required
def disable_organiser(organiser_id: int) -> ResponseReturnValue:
    """Disable an account, after a question."""
    organiser = get_organiser_or_404(organiser_id)
    if EmptyForm().validate_on_submit():
        words = gettext("The account is disabled.")
        return _after(organiser_id, accounts.disable_organiser(organiser_id), words)
    effects = [
        gettext("All sessions of the account end at once, and nobody can sign in with it."),
        gettext("Its campaigns stay. You can enable the account again."),
    ]
    if organiser.id == current_user.id:
        effects.insert(0, gettext("This is your own account: you will be signed out."))
    heading = gettext("Disable %(account)s?", account=organiser.shown_name)
    button = gettext("Yes, disable the account")
    return _ask(organiser, AccountQuestion(heading, effects, button, is_danger=True))


@for_owners.route(f"/organisers/{ORGANISER}/enable", methods=["GET", "POST"])
@recent_password_required
def enable_organiser(organiser_id: int) -> ResponseReturnValue:
    """Enable a disabled account, after a question."""
    organiser = get_organiser_or_404(organiser_id)
    if EmptyForm().validate_on_submit():
        words = gettext("The account is enabled again.")
        return _after(organiser_id, accounts.enable_organiser(organiser_id), words)
    question = AccountQuestion(
        gettext("Enable %(account)s?", account=organiser.shown_name),
        [
            gettext("The person can sign in again, with the role and the rights as before."),
            gettext("Their rights count for a second person after 72 hours, like new ones."),
            gettext("All owners and the data protection officer get an email."),
        ],
        gettext("Yes, enable the account"),
    )
    return _ask(organiser, question)


@for_owners.route(f"/organisers/{ORGANISER}/rights/{RIGHT}", methods=["GET", "POST"])
@recent_password_required
def request_right(organiser_id: int, right: str) -> ResponseReturnValue:
    """Request a right for an account, after a question."""
    organiser, role = get_organiser_or_404(organiser_id), RoleName(right)
    if EmptyForm().validate_on_submit():
        return _request(organiser, role)
    question = AccountQuestion(
        str(QUESTIONS[role].give) % {"account": organiser.shown_name},
        [
            label(role, "meaning"),
            gettext("Another owner must agree, within seven days. The other owners get an email."),
            gettext("The right counts for a second person 72 hours after it was given."),
        ],
        gettext("Ask another owner"),
    )
    return _ask(organiser, question)


@for_owners.route(f"/organisers/{ORGANISER}/rights/{RIGHT}/revoke", methods=["GET", "POST"])
@recent_password_required
def revoke_right(organiser_id: int, right: str) -> ResponseReturnValue:
    """Revoke a right, after a question."""
    organiser, role = get_organiser_or_404(organiser_id), RoleName(right)
    if EmptyForm().validate_on_submit():
        revoke_account_right(organiser_id, role)
        return _after(organiser_id, accounts.AccountResult.DONE, gettext("The right is revoked."))
    question = AccountQuestion(
        str(QUESTIONS[role].revoke) % {"account": organiser.shown_name},
        [
            gettext("The right ends at once. To give it back, another owner must agree."),
            gettext("All owners and the data protection officer get an email."),
        ],
        gettext("Yes, revoke the right"),
        is_danger=True,
    )
    return _ask(organiser, question)


@for_owners.route(f"/organisers/{ORGANISER}/invitation", methods=["GET", "POST"])
@recent_password_required
def resend_invitation(organiser_id: int) -> ResponseReturnValue:
    """Send the invitation again, after a question."""
    organiser = _get_invited(organiser_id)
    if EmptyForm().validate_on_submit():
        sent = team_invitations.resend_invitation(organiser_id, inviter=current_user.shown_name)
        if isinstance(sent, TeamInvitationError):
            flash(explain_invitation(sent), "error")
        else:
            flash(gettext("The invitation is sent."), "success")
        return _to_account(organiser_id)
    question = AccountQuestion(
        gettext("Send the invitation to %(account)s again?", account=organiser.shown_name),
        [gettext("The new link is valid for seven days. The earlier link no longer works.")],
        gettext("Yes, send it again"),
    )
    return _ask(organiser, question)


@for_owners.route(f"/organisers/{ORGANISER}/invitation/revoke", methods=["GET", "POST"])
@recent_password_required
def revoke_invitation(organiser_id: int) -> ResponseReturnValue:
    """Revoke the invitation, after a question."""
    organiser = _get_invited(organiser_id)
    if EmptyForm().validate_on_submit():
        if refused := team_invitations.revoke_invitation(organiser_id):
            flash(explain_invitation(refused), "error")
            return _to_account(organiser_id)
        return done(gettext("The invitation is revoked."), "console.organisers")
    question = AccountQuestion(
        gettext("Revoke the invitation of %(account)s?", account=organiser.shown_name),
        [gettext("The link in the email no longer works. You can invite the person again.")],
        gettext("Yes, revoke the invitation"),
        is_danger=True,
    )
    return _ask(organiser, question)


def _request(organiser: Organiser, role: RoleName) -> ResponseReturnValue:
    match request_account_right(organiser.id, role, current_user.id):
        case RightRequest(status=RightRequestStatus.GRANTED):
            flash(gettext("The role is changed."), "success")
        case RightRequest():
            flash(gettext("The request is made. Another owner must agree."), "success")
        case fault:
            flash(label(fault), "error")
    return _to_account(organiser.id)


def _ask(organiser: Organiser, question: AccountQuestion) -> ResponseReturnValue:
    return render_template(
        "console/team/account_question.html",
        organiser=organiser,
        question=question,
        form=EmptyForm(),
    )


def _get_invited(organiser_id: int) -> Organiser:
    organiser = get_organiser_or_404(organiser_id)
    if organiser.welcomed_at is not None or not organiser.active:
        abort(404)
    return organiser


def _after(organiser_id: int, outcome: accounts.AccountResult, words: str) -> ResponseReturnValue:
    match outcome:
        case accounts.AccountResult.UNKNOWN:
            abort(404)
        case accounts.AccountResult.LAST_OWNER:
            flash(
                gettext(
                    "This is the last owner. Make another owner first: only owners can invite."
                ),
                "error",
            )
        case accounts.AccountResult.DONE:
            flash(words, "success")
    return _to_account(organiser_id)


def _to_account(organiser_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_organiser", organiser_id=organiser_id), 303)


@for_owners.route(f"/organisers/{ORGANISER}/reset-factors", methods=["GET", "POST"])
@recent_password_required
def reset_organiser_factors(organiser_id: int) -> ResponseReturnValue:
    """Ask whether to reset an account, and reset it."""
    organiser = find_organiser(organiser_id) or abort(404)
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("console/team/factor_reset.html", form=form, organiser=organiser)
    match reset_factors(organiser_id):
        case FactorResetResult.UNKNOWN:
            abort(404)
        case FactorResetResult.DONE:
            flash(gettext("The account is reset. Its holder gets an email with a link."), "success")
        case refused:
            flash(str(REFUSED[refused]), "error")
    return redirect(url_for("console.organisers"), 303)
