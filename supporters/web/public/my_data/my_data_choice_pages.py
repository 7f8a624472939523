"""Choices in My data: join, unsubscribe, restrict, object, erase; the form and link before them."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from supporters.consent.models import Method
from supporters.lists.subscriptions import (
    list_purposes_of,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
    withdraw_agreement,
)
from supporters.mail.links import link_to
from supporters.my_data.my_data_access import OpenMyDataError, find_ticket, open_my_data
from supporters.my_data.my_data_links import request_my_data_link
from supporters.my_data.my_data_service import (
    agree,
    erase_from_my_data,
    list_offers_to,
    object_from_my_data,
)
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.signup.queries import SignupBox
from supporters.web.forms import EmptyForm, Form
from supporters.web.page_language import select_language
from supporters.web.public.dead_links import MY_DATA_EXPIRED, MY_DATA_UNKNOWN, show_dead_link
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.notices.act_promises import flash_proof_links
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import TypedForm, admit
from supporters.web.public.signup.address_forms import AddressForm
from supporters.web.public.signup.consent_boxes import OfferedBox, group_boxes
from supporters.web.public.signup.consent_fields import consent_name
from supporters.web.public.signup.forms import BoxesForm, make_boxes_form
from supporters.web.public.signup.page_capture import (
    SnapshotSource,
    page_fingerprint,
    store_snapshot,
)

EVERY_LIST = "all"
HIGHEST_ID = 2**31 - 1
UNPROCESSABLE = 422


@public.route(f"/{LANGUAGE}/my-data/join", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_join(person: Subscriber) -> ResponseReturnValue:
    """Show the wordings without a consent, and store new consents."""
    offers = list_offers_to(list_purposes_of(person.id), str(get_locale()))
    shown = _shown(offers)
    form = make_boxes_form(offers, page_fingerprint(shown))
    is_restricted = person.restricted_at is not None
    if form.validate_on_submit() and not is_restricted:
        ticked = [offer for offer in offers if form[consent_name(offer)].data]
        if ticked and _agree(ticked, store_snapshot(shown, form.page.data)):
            flash(gettext("Done: your choices are saved."), "success")
            flash_proof_links()
            return redirect(url_for("public.my_data_overview"), 303)
        form.form_errors.append(gettext("Tick at least one box, or go back. Nothing was changed."))
    form.page.data = form.page_hash
    return _render(form, offers, is_restricted=is_restricted), UNPROCESSABLE if form.errors else 200


def _agree(ticked: Sequence[SignupBox], page_snapshot_id: int) -> bool:
    wording_ids = [wording.id for _, wording in ticked]
    page_url = link_to("public.my_data_join", lang_code=select_language())
    session_id = my_data_sessions.current_session()
    return agree(session_id, wording_ids, page_url=page_url, page_snapshot_id=page_snapshot_id)


def _shown(offers: Sequence[SignupBox]) -> SnapshotSource:
    """Return the page for the snapshot: it depends only on the offered wordings."""

    def render() -> str:
        return _render(make_boxes_form(offers, page_hash=None), offers, is_snapshot=True)

    boxes = tuple((each.id if each else None, wording.id) for each, wording in offers)
    return SnapshotSource(str(get_locale()), ("my data", boxes), render)


def _render(
    form: BoxesForm,
    offers: Sequence[SignupBox],
    *,
    is_restricted: bool = False,
    is_snapshot: bool = False,
) -> str:
    return render_template(
        "public/my_data/join.html",
        form=form,
        groups=group_boxes(OfferedBox(form[consent_name(offer)], *offer) for offer in offers),
        is_restricted=is_restricted,
        is_snapshot=is_snapshot,
    )


@public.post(f"/{LANGUAGE}/my-data/leave")
@my_data_sessions.requires_my_data
def my_data_leave(person: Subscriber) -> ResponseReturnValue:
    """Unsubscribe from one list or all lists, or withdraw another consent."""
    what, _, number = request.form.get("leave", "").partition(":")
    if what == EVERY_LIST:
        unsubscribe_from_every_list(person.id, Method.MY_DATA)
    elif what == "list":
        unsubscribe_from_list(person.id, _read_id(number), Method.MY_DATA)
    elif what == "purpose":
        withdraw_agreement(person.id, _read_id(number), Method.MY_DATA)
    else:
        abort(400)
    flash(gettext("Done. It takes effect at once."), "success")
    flash_proof_links()
    return redirect(url_for("public.my_data_overview"), 303)


def _read_id(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(HIGHEST_ID)):
        abort(400)
    number = int(text)
    if number > HIGHEST_ID:
        abort(400)
    return number


class EraseMyDataForm(Form):
    """The form of the erasure: its box prevents an erasure by mistake."""

    is_sure = BooleanField(validators=[InputRequired(_("Tick the box to have your data erased."))])


@public.route(f"/{LANGUAGE}/my-data/restrict", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_restrict(person: Subscriber) -> ResponseReturnValue:
    """Restrict the person, or lift the restriction (GDPR article 18)."""
    form, is_restricted = EmptyForm(), person.restricted_at is not None
    if not form.validate_on_submit():
        return render_template(
            "public/my_data/restrict.html", form=form, is_restricted=is_restricted
        )
    if is_restricted:
        lift_restriction(person.id, Method.MY_DATA)
        words = gettext("The restriction is lifted.")
    else:
        restrict_person(person.id, Method.MY_DATA)
        words = gettext("Your data is restricted. We do not use it until you lift the restriction.")
    flash(words, "success")
    flash_proof_links()
    return redirect(url_for("public.my_data_overview"), 303)


@public.route(f"/{LANGUAGE}/my-data/object", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_object(person: Subscriber) -> ResponseReturnValue:
    """Object to every use of the data (GDPR article 21)."""
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("public/my_data/object.html", form=form)
    object_from_my_data(person.id)
    flash(gettext("Your objection is recorded. We do not write to you any more."), "success")
    flash_proof_links()
    return redirect(url_for("public.my_data_overview"), 303)


@public.route(f"/{LANGUAGE}/my-data/erase", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_erase(person: Subscriber) -> ResponseReturnValue:
    """Show what is erased and what is retained, and erase the person."""
    form = EraseMyDataForm()
    if not form.validate_on_submit():
        return form.render("public/my_data/erase.html", person=person)
    act = erase_from_my_data(person)
    my_data_sessions.end_session()
    flash_proof_links([act])
    return redirect(url_for("public.my_data_erased"), 303)


@public.get(f"/{LANGUAGE}/my-data/erased")
def my_data_erased() -> str:
    """Show that the data is erased."""
    return render_template("public/my_data/erased.html")


@public.post(f"/{LANGUAGE}/my-data/close")
def my_data_close() -> ResponseReturnValue:
    """Close My data now."""
    my_data_sessions.end_session()
    flash(gettext("The page is closed. To open it again, ask for a new email."), "success")
    return redirect(url_for("public.my_data"), 303)


@public.route(f"/{LANGUAGE}/my-data", methods=["GET", "POST"])
def my_data() -> ResponseReturnValue:
    """Show and process the form; the answer is the same for every address."""
    form = AddressForm()
    if not form.is_submitted():
        if my_data_sessions.find_person() is not None:
            return redirect(url_for("public.my_data_overview"), 303)
        return render_template("public/my_data/ask.html", form=form)
    is_right = form.validate()
    domain = form.address.text.rpartition("@")[2] if is_right else ""
    admit(TypedForm(kind=LimitedForm.MY_DATA, domain=domain))
    if not is_right:
        return render_template("public/my_data/ask.html", form=form), UNPROCESSABLE
    request_my_data_link(form.address, str(get_locale()))
    return redirect(url_for("public.my_data_sent"), 303)


@public.get(f"/{LANGUAGE}/my-data/sent")
def my_data_sent() -> str:
    """Show the next step."""
    return render_template("public/my_data/sent.html")


@public.get(f"/{LANGUAGE}/my-data/open/<token>")
def open_my_data_page(token: str) -> ResponseReturnValue:
    """Show one button; a link scanner does not use up the link."""
    match find_ticket(token):
        case OpenMyDataError() as refused:
            return _show_not_opened(refused)
    return render_template("public/my_data/open.html", form=EmptyForm())


@public.post(f"/{LANGUAGE}/my-data/open/<token>", endpoint="open_my_data_now")
def open_now(token: str) -> ResponseReturnValue:
    """Use up the link and open My data for half an hour."""
    match open_my_data(token):
        case OpenMyDataError() as refused:
            return _show_not_opened(refused)
        case session_id:
            my_data_sessions.start_session(session_id)
    return redirect(url_for("public.my_data_overview"), 303)


def _show_not_opened(refused: OpenMyDataError) -> ResponseReturnValue:
    is_over = refused is OpenMyDataError.OVER
    return show_dead_link(MY_DATA_EXPIRED if is_over else MY_DATA_UNKNOWN)
