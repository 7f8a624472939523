"""The undo link of the departure email: it restores the subscriptions. A GET changes nothing."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from supporters.cases.models import DepartureKind
from supporters.extensions import csrf
from supporters.my_data.undo_departure import Undo, UndoError, find_undo, undo_departure
from supporters.web.public.dead_links import UNDO_EXPIRED, UNDO_UNKNOWN, show_dead_link
from supporters.web.public.notices.act_promises import list_proof_links
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.consent_page import WordingsPage

UNPROCESSABLE = 422


@public.get(f"/{LANGUAGE}/undo/<token>")
def undo(token: str) -> ResponseReturnValue:
    """Show the subscriptions that the button restores."""
    match find_undo(token):
        case UndoError() as error:
            return _explain(error)
        case found:
            page = _page_of(found)
    return page.render(page.make_form())


@public.post(f"/{LANGUAGE}/undo/<token>")
@csrf.exempt
def undo_now(token: str) -> ResponseReturnValue:
    """Restore the subscriptions."""
    match find_undo(token):
        case UndoError() as error:
            return _explain(error)
        case found:
            page = _page_of(found)
    form = page.make_form()
    if not form.validate():
        return page.render(form), UNPROCESSABLE
    match undo_departure(token, page.confirm(form)):
        case UndoError.OTHER_SENTENCES:
            return redirect(url_for("public.undo", token=token), 303)
        case UndoError() as error:
            return _explain(error)
    return _show_undone(page)


def _show_undone(page: WordingsPage) -> str:
    return render_template(
        "public/unsubscribe/undone.html", sentences=page.sentences, proofs=list_proof_links()
    )


def _page_of(found: Undo) -> WordingsPage:
    return WordingsPage(
        template="public/unsubscribe/undo.html",
        endpoint="public.undo",
        sentences=found.sentences,
        kind=_kind_of(found).value,
    )


def _kind_of(found: Undo) -> DepartureKind:
    """Return the kind that the page explains: what the button undoes beside the subscriptions."""
    if found.lifts_restriction:
        return DepartureKind.DISPUTED
    return DepartureKind.ON_BEHALF if found.is_on_behalf else DepartureKind.UNSUBSCRIBED


def _explain(error: UndoError) -> ResponseReturnValue:
    is_over = error is UndoError.OVER
    return show_dead_link(UNDO_EXPIRED if is_over else UNDO_UNKNOWN)
