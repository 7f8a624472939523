"""The links of an invitation: accept it, or decline all messages. A GET changes nothing."""

from http import HTTPStatus

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supporters.consent.models import Wording
from supporters.consent.queries import find_wording_to_show
from supporters.extensions import csrf
from supporters.imports.invitation_answers import (
    accept_invitation,
    decline_invitation,
    find_address_to_decline,
    find_invitation,
    import_and_list_of,
)
from supporters.imports.invitation_mails import provenance_values
from supporters.imports.models import Invitation
from supporters.lists.models import list_words_of
from supporters.signup.confirmation import ConfirmedSignup, ConfirmError
from supporters.web.forms import EmptyForm
from supporters.web.public.confirmation.confirmation_pages import show_confirmed
from supporters.web.public.dead_links import INVITATION_CLOSED, INVITATION_UNKNOWN, show_dead_link
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.consent_boxes import OfferedBox, group_boxes
from supporters.web.public.signup.forms import InvitationForm, make_invitation_form
from supporters.web.public.signup.page_capture import (
    SnapshotSource,
    language_links_without_token,
    page_fingerprint,
    store_snapshot,
)

UNPROCESSABLE = 422


@public.get(f"/{LANGUAGE}/invited/<token>")
def invited(token: str) -> ResponseReturnValue:
    """Show the origin of the address and the wording; no box is ticked."""
    return _show(token)


@public.post(f"/{LANGUAGE}/invited/<token>")
def say_yes(token: str) -> ResponseReturnValue:
    """Accept the invitation; show the consent and the link to unsubscribe."""
    found = find_invitation(token)
    if not isinstance(found, Invitation):
        return _show_answer(found)
    wording = _current_wording(found)
    shown = _shown(found, wording)
    form = make_invitation_form(wording.id, page_fingerprint(shown))
    if not form.validate_on_submit():
        return _show_page(found, wording, form), UNPROCESSABLE
    page_snapshot_id = store_snapshot(shown, form.page.data)
    accepted = accept_invitation(
        token, wording, language=str(get_locale()), page_snapshot_id=page_snapshot_id
    )
    return _show_answer(accepted)


@public.get(f"/{LANGUAGE}/no-more/<token>")
def no_more(token: str) -> ResponseReturnValue:
    """Show one button; a link scanner changes nothing with a GET."""
    found = find_address_to_decline(token)
    if isinstance(found, ConfirmError):
        return _show_answer(found)
    return render_template("public/confirmation/no_more.html", form=EmptyForm())


@public.post(f"/{LANGUAGE}/no-more/<token>")
@csrf.exempt
def write_no_more(token: str) -> ResponseReturnValue:
    """Suppress the address, without a cookie (RFC 8058).

    Mailbox providers repeat the POST, so an expired link also answers 200.
    """
    if decline_invitation(token):
        return render_template("public/confirmation/no_more_done.html")
    if find_address_to_decline(token) is ConfirmError.EXPIRED:
        return show_dead_link(INVITATION_CLOSED, HTTPStatus.OK)
    return _show_answer(ConfirmError.UNKNOWN)


def _show(token: str) -> ResponseReturnValue:
    found = find_invitation(token)
    if not isinstance(found, Invitation):
        return _show_answer(found)
    wording = _current_wording(found)
    form = make_invitation_form(wording.id, page_fingerprint(_shown(found, wording)))
    return _show_page(found, wording, form)


def _current_wording(invitation: Invitation) -> Wording:
    mailing_list = import_and_list_of(invitation)[1]
    wording = find_wording_to_show(mailing_list.purpose_id, str(get_locale()))
    if wording is None:
        raise LookupError(f"The purpose {mailing_list.purpose_id} has no wording.")
    return wording


def _show_page(invitation: Invitation, wording: Wording, form: InvitationForm) -> str:
    form.page.data = form.page_hash
    return _render(invitation, wording, form)


def _shown(invitation: Invitation, wording: Wording) -> SnapshotSource:
    """Return the page for the snapshot: it shows the origin of the list and no personal data."""

    def render() -> str:
        blank = make_invitation_form(wording.id, page_hash=None)
        return _render(invitation, wording, blank, is_snapshot=True)

    owner, mailing_list = import_and_list_of(invitation)
    words = list_words_of(mailing_list)
    origin = tuple(provenance_values(owner).values())
    return SnapshotSource(str(get_locale()), ("invited", words, wording.id, origin), render)


def _render(
    invitation: Invitation, wording: Wording, form: InvitationForm, *, is_snapshot: bool = False
) -> str:
    owner, mailing_list = import_and_list_of(invitation)
    without_token = (
        {"languages": language_links_without_token("public.invited")} if is_snapshot else {}
    )
    return render_template(
        "public/confirmation/invited.html",
        form=form,
        groups=group_boxes([OfferedBox(form.consent, mailing_list, wording, is_required=True)]),
        words=list_words_of(mailing_list),
        provenance=provenance_values(owner),
        times=retention_times(),
        is_snapshot=is_snapshot,
        **without_token,
    )


def _show_answer(found: ConfirmedSignup | ConfirmError) -> ResponseReturnValue:
    if isinstance(found, ConfirmedSignup):
        return show_confirmed(found)
    is_over = found is ConfirmError.EXPIRED
    return show_dead_link(INVITATION_CLOSED if is_over else INVITATION_UNKNOWN)
