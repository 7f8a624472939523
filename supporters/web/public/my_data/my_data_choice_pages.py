"""Joining, leaving, restricting, objecting and erasing from My data."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from supporters.consent.models import Method
from supporters.lists.subscriptions import (
    leave_every_list,
    leave_list,
    list_purposes_of,
    withdraw_agreement,
)
from supporters.mail.links import link_to
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import release_person, restrict_person
from supporters.privacy_requests.my_data_service import (
    agree,
    erase_from_my_data,
    list_offers_to,
    object_from_my_data,
)
from supporters.signup.queries import Offer
from supporters.web.forms import EmptyForm, Form
from supporters.web.page_language import select_language
from supporters.web.public.forms import BoxesForm, consent_name, make_boxes_form
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.page_capture import Shown, hash_of, keep
from supporters.web.public.public_blueprint import LANGUAGE, public

EVERY_LIST = "all"
HIGHEST_ID = 2**31 - 1
UNPROCESSABLE = 422


@public.route(f"/{LANGUAGE}/my-data/join", methods=["GET", "POST"])
@my_data_sessions.for_the_person
def my_data_join(person: Subscriber) -> ResponseReturnValue:
    """Show what they could still agree to, and take it."""
    offers = list_offers_to(list_purposes_of(person.id), str(get_locale()))
    shown = _shown(offers)
    form = make_boxes_form(offers, hash_of(shown))
    is_frozen = person.restricted_at is not None
    if form.validate_on_submit() and not is_frozen:
        ticked = [offer for offer in offers if form[consent_name(offer)].data]
        if ticked and _agree(ticked, shown):
            flash(gettext("Done: what you ticked is yours from now on."), "success")
            return redirect(url_for("public.my_data_overview"), 303)
        form.form_errors.append(gettext("Tick at least one box, or go back: nothing was changed."))
    form.page.data = form.page_hash
    return _render(form, offers, is_frozen=is_frozen), UNPROCESSABLE if form.errors else 200


def _agree(ticked: Sequence[Offer], shown: Shown) -> bool:
    wording_ids = [wording.id for _, wording in ticked]
    page_url = link_to("public.my_data_join", lang_code=select_language())
    session_id = my_data_sessions.current_session()
    return agree(session_id, wording_ids, page_url=page_url, page_version_id=keep(shown))


def _shown(offers: Sequence[Offer]) -> Shown:
    """Return the page for keeping: it depends on what they could still agree to, and no more."""

    def render() -> str:
        return _render(make_boxes_form(offers, page_hash=None), offers, is_kept=True)

    boxes = tuple((each.id if each else None, wording.id) for each, wording in offers)
    return Shown(str(get_locale()), ("my data", boxes), render)


def _render(
    form: BoxesForm, offers: Sequence[Offer], *, is_frozen: bool = False, is_kept: bool = False
) -> str:
    return render_template(
        "public/my_data/join.html",
        form=form,
        boxes=[(form[consent_name(offer)], offer[1].text) for offer in offers],
        is_frozen=is_frozen,
        is_kept=is_kept,
    )


@public.post(f"/{LANGUAGE}/my-data/leave")
@my_data_sessions.for_the_person
def my_data_leave(person: Subscriber) -> ResponseReturnValue:
    """Take them off a list or all, or end what else they agreed to."""
    what, _, number = request.form.get("leave", "").partition(":")
    if what == EVERY_LIST:
        leave_every_list(person.id, Method.MY_DATA)
    elif what == "list":
        leave_list(person.id, _read_id(number), Method.MY_DATA)
    elif what == "purpose":
        withdraw_agreement(person.id, _read_id(number), Method.MY_DATA)
    else:
        abort(400)
    flash(gettext("Done. It takes effect at once."), "success")
    return redirect(url_for("public.my_data_overview"), 303)


def _read_id(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(HIGHEST_ID)):
        abort(400)
    number = int(text)
    if number > HIGHEST_ID:
        abort(400)
    return number


class EraseForm(Form):
    """One box, so that nobody erases themselves by a slip of the finger."""

    is_sure = BooleanField(
        validators=[InputRequired(_("Tick the box if you want your data erased."))]
    )


@public.route(f"/{LANGUAGE}/my-data/freeze", methods=["GET", "POST"])
@my_data_sessions.for_the_person
def my_data_freeze(person: Subscriber) -> ResponseReturnValue:
    """Freeze what we hold, or let go of it."""
    form = EmptyForm()
    is_frozen = person.restricted_at is not None
    if not form.validate_on_submit():
        return render_template("public/my_data/freeze.html", form=form, is_frozen=is_frozen)
    if is_frozen:
        release_person(person.id, Method.MY_DATA)
        flash(gettext("Your data is no longer frozen."), "success")
    else:
        restrict_person(person.id, Method.MY_DATA)
        flash(gettext("Your data is frozen. We use it for nothing until you say so."), "success")
    return redirect(url_for("public.my_data_overview"), 303)


@public.route(f"/{LANGUAGE}/my-data/object", methods=["GET", "POST"])
@my_data_sessions.for_the_person
def my_data_object(person: Subscriber) -> ResponseReturnValue:
    """Object to every use: off every list, for good."""
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("public/my_data/object.html", form=form)
    object_from_my_data(person.id)
    flash(gettext("Your objection is recorded. Nothing of ours reaches you any more."), "success")
    return redirect(url_for("public.my_data_overview"), 303)


@public.route(f"/{LANGUAGE}/my-data/erase", methods=["GET", "POST"])
@my_data_sessions.for_the_person
def my_data_erase(person: Subscriber) -> ResponseReturnValue:
    """Say what goes and what stays, and erase it."""
    form = EraseForm()
    if not form.validate_on_submit():
        page = render_template("public/my_data/erase.html", form=form, person=person)
        return page, UNPROCESSABLE if form.is_submitted() else 200
    erase_from_my_data(person.id)
    my_data_sessions.end()
    return redirect(url_for("public.my_data_erased"), 303)


@public.get(f"/{LANGUAGE}/my-data/erased")
def my_data_erased() -> str:
    """Say that it is done."""
    return render_template("public/my_data/erased.html")


@public.post(f"/{LANGUAGE}/my-data/close")
def my_data_close() -> ResponseReturnValue:
    """End the half hour now."""
    my_data_sessions.end()
    flash(
        gettext("The page is closed. Nobody can open it any more without a new letter."), "success"
    )
    return redirect(url_for("public.my_data"), 303)
