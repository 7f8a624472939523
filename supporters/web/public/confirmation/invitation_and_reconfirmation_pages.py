"""The links of an invitation and of a reconfirmation email. A GET changes nothing."""

from http import HTTPStatus

from flask import render_template, request
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
from supporters.mail.links import link_to
from supporters.reconfirmation.reconfirmation_answers import (
    AcceptedWording,
    ReconfirmationQuestion,
    ReconfirmError,
    accept_reconfirmation,
    decline_reconfirmation,
    find_reconfirmation_question,
)
from supporters.signup.confirmation import ConfirmedSignup, ConfirmError
from supporters.web.forms import EmptyForm
from supporters.web.public import dead_links
from supporters.web.public.confirmation.confirmation_pages import show_confirmed
from supporters.web.public.dead_links import INVITATION_CLOSED, INVITATION_UNKNOWN, show_dead_link
from supporters.web.public.notices.act_promises import list_end_links, list_proof_links
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.consent_boxes import OfferedBox, group_boxes
from supporters.web.public.signup.forms import (
    InvitationForm,
    ReconfirmationForm,
    make_invitation_form,
    make_reconfirmation_form,
)
from supporters.web.public.signup.page_capture import (
    PLACEHOLDER_TOKEN,
    SnapshotSource,
    language_links_without_token,
    page_fingerprint,
    store_snapshot,
)

UNPROCESSABLE = 422
NO = "no"
DEAD_LINKS = {
    ReconfirmError.UNKNOWN: dead_links.RECONFIRMATION_UNKNOWN,
    ReconfirmError.EXPIRED: dead_links.RECONFIRMATION_EXPIRED,
    ReconfirmError.OVER: dead_links.RECONFIRMATION_CLOSED,
    ReconfirmError.TEXT_CHANGED: dead_links.RECONFIRMATION_TEXT_CHANGED,
    ReconfirmError.RESTRICTED: dead_links.RECONFIRMATION_RESTRICTED,
}


@public.get(f"/{LANGUAGE}/again/<token>")
def renew(token: str) -> ResponseReturnValue:
    """Show the form, or the answer if there is one."""
    match find_reconfirmation_question(token, str(get_locale())):
        case ReconfirmError() as reason:
            return _explain(reason)
        case question if question.is_answered:
            return _show_renewed(question)
        case question:
            return _show_form(question, _make_form(question))


@public.post(f"/{LANGUAGE}/again/<token>")
def renew_now(token: str) -> ResponseReturnValue:
    """Store the answer."""
    if request.form.get("answer") == NO:
        return _leave(token)
    match find_reconfirmation_question(token, str(get_locale())):
        case ReconfirmError() as reason:
            return _explain(reason)
        case question:
            form = _make_form(question)
    if not question.is_answered and not form.validate():
        return _show_form(question, form), UNPROCESSABLE
    match accept_reconfirmation(token, _accept_wording(question, form)):
        case ReconfirmError() as reason:
            return _explain(reason)
        case answered:
            return _show_renewed(answered)


def _make_form(question: ReconfirmationQuestion) -> ReconfirmationForm:
    return make_reconfirmation_form(question.new.id, page_fingerprint(_shown(question)))


def _accept_wording(question: ReconfirmationQuestion, form: ReconfirmationForm) -> AcceptedWording:
    """Store the page that the person saw; return what they agreed to on it."""
    language = str(get_locale())
    return AcceptedWording(
        language=language,
        wording_id=question.new.id,
        page_url=link_to("public.renew", lang_code=language, token=PLACEHOLDER_TOKEN),
        page_snapshot_id=store_snapshot(_shown(question), form.page.data),
    )


def _leave(token: str) -> ResponseReturnValue:
    match decline_reconfirmation(token, str(get_locale())):
        case ReconfirmError.UNKNOWN | ReconfirmError.EXPIRED as reason:
            return _explain(reason)
        case ReconfirmError():
            names = []
        case question:
            names = [question.name]
    return render_template("public/left.html", list_names=names, proofs=list_end_links())


def _show_form(question: ReconfirmationQuestion, form: ReconfirmationForm) -> str:
    form.page.data = form.page_hash
    return _render(question, form)


def _shown(question: ReconfirmationQuestion) -> SnapshotSource:
    """Return the page for the snapshot: it holds no personal data."""

    def render() -> str:
        return _render(
            question, make_reconfirmation_form(question.new.id, page_hash=None), is_snapshot=True
        )

    depends_on = ("renew", question.name, question.old.id, question.new.id)
    return SnapshotSource(str(get_locale()), depends_on, render)


def _render(
    question: ReconfirmationQuestion, form: ReconfirmationForm, *, is_snapshot: bool = False
) -> str:
    is_changed = question.old.purpose_id != question.new.purpose_id
    without_token = (
        {"languages": language_links_without_token("public.renew")} if is_snapshot else {}
    )
    return render_template(
        "public/confirmation/renew.html",
        form=form,
        name=question.name,
        old=question.old if is_changed else None,
        groups=group_boxes(
            [OfferedBox(form.agree, question.mailing_list, question.new, is_required=True)]
        ),
        is_list=question.mailing_list is not None,
        times=retention_times(),
        is_snapshot=is_snapshot,
        **without_token,
    )


def _show_renewed(question: ReconfirmationQuestion) -> str:
    return render_template(
        "public/confirmation/renewed.html",
        name=question.name,
        wording=question.new,
        proofs=list_proof_links(),
    )


def _explain(reason: ReconfirmError) -> ResponseReturnValue:
    return dead_links.show_dead_link(DEAD_LINKS[reason])


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
    shown = _shown_invitation(found, wording)
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
    form = make_invitation_form(wording.id, page_fingerprint(_shown_invitation(found, wording)))
    return _show_page(found, wording, form)


def _current_wording(invitation: Invitation) -> Wording:
    mailing_list = import_and_list_of(invitation)[1]
    wording = find_wording_to_show(mailing_list.purpose_id, str(get_locale()))
    if wording is None:
        raise LookupError(f"The purpose {mailing_list.purpose_id} has no wording.")
    return wording


def _show_page(invitation: Invitation, wording: Wording, form: InvitationForm) -> str:
    form.page.data = form.page_hash
    return _render_invitation(invitation, wording, form)


def _shown_invitation(invitation: Invitation, wording: Wording) -> SnapshotSource:
    """Return the page for the snapshot: it shows the origin of the list and no personal data."""

    def render() -> str:
        blank = make_invitation_form(wording.id, page_hash=None)
        return _render_invitation(invitation, wording, blank, is_snapshot=True)

    owner, mailing_list = import_and_list_of(invitation)
    words = list_words_of(mailing_list)
    origin = tuple(provenance_values(owner).values())
    return SnapshotSource(str(get_locale()), ("invited", words, wording.id, origin), render)


def _render_invitation(
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
