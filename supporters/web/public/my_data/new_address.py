"""The links of the letter to a new address: confirm from there, or never again.

A GET changes nothing. Whose data it is about is not said: the mailbox may be a stranger's.
"""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supporters.extensions import csrf
from supporters.mail.links import link_to
from supporters.people.addresses import stored_address
from supporters.rights.access.models import AddressChange
from supporters.rights.access.moving import Moved, Pressed, find_change, move
from supporters.rights.access.unwanted import find_mailbox, link_to_refuse, refuse_all_mail
from supporters.signup.standing_consents import list_sentences_of
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.dead_links import NEW_ADDRESS_OVER, NEW_ADDRESS_UNKNOWN, show_dead_link
from supporters.web.public.forms import SentencesForm
from supporters.web.public.sentences import SentencesPage
from supporters.web.public.showing import NOBODYS_TOKEN

UNPROCESSABLE = 422


@public.get(f"/{LANGUAGE}/my-data/new-address/<token>")
def new_address(token: str) -> ResponseReturnValue:
    """Show what the new mailbox would agree to, and one button."""
    match find_change(token):
        case Moved() as refused:
            return _show_not_moved(refused)
        case change:
            page = _page_of(change)
            return _show(change, page, page.make_form())


@public.post(f"/{LANGUAGE}/my-data/new-address/<token>")
@csrf.exempt
def new_address_now(token: str) -> ResponseReturnValue:
    """Write to this address from now on, which agreed to what its page said."""
    match find_change(token):
        case Moved() as refused:
            return _show_not_moved(refused)
        case change:
            page = _page_of(change)
    form = page.make_form()
    if not form.validate():
        return _show(change, page, form), UNPROCESSABLE
    page_url = link_to("public.new_address", lang_code=str(get_locale()), token=NOBODYS_TOKEN)
    pressed = Pressed(wording_ids=page.wording_ids, page_url=page_url, page_version_id=page.keep())
    match move(token, pressed):
        case Moved.DONE:
            return redirect(url_for("public.my_data_moved"), 303)
        case Moved.OTHER_SENTENCES:
            return redirect(url_for("public.new_address", token=token), 303)
        case refused:
            return _show_not_moved(refused)


@public.get(f"/{LANGUAGE}/my-data/moved")
def my_data_moved() -> str:
    """Say that it is done."""
    return render_template("public/my_data/moved.html")


@public.get(f"/{LANGUAGE}/my-data/not-my-address/<token>")
def not_my_address(token: str) -> str:
    """Show the button for "never write to this address"."""
    if find_mailbox(token) is None:
        abort(404)
    return render_template("public/my_data/not_my_address.html")


@public.post(f"/{LANGUAGE}/my-data/not-my-address/<token>")
@csrf.exempt
def refuse_address(token: str) -> str:
    """Write to this address no more; a repetition shows the same."""
    mailbox = find_mailbox(token)
    if mailbox is None:
        abort(404)
    refuse_all_mail(mailbox)
    return render_template("public/my_data/not_my_address_done.html")


def _page_of(change: AddressChange) -> SentencesPage:
    return SentencesPage(
        template="public/my_data/new_address.html",
        endpoint="public.new_address",
        sentences=list_sentences_of(change.subscriber_id),
    )


def _show(change: AddressChange, page: SentencesPage, form: SentencesForm) -> str:
    never_url = link_to_refuse(stored_address(change.address), str(get_locale()))
    return page.render(form, never_url=never_url)


def _show_not_moved(refused: Moved) -> ResponseReturnValue:
    is_over = refused is not Moved.UNKNOWN
    return show_dead_link(NEW_ADDRESS_OVER if is_over else NEW_ADDRESS_UNKNOWN)
