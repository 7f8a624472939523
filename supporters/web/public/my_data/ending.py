"""Freezing, objecting, being erased, and closing the page: one button each, said before it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import InputRequired

from supporters.consent.models import Method
from supporters.people.models import Subscriber
from supporters.rights.access.ending import erase_from_my_data, object_from_my_data
from supporters.rights.restricting import release_person, restrict_person
from supporters.web.forms import EmptyForm, Form
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.my_data import sessions

UNPROCESSABLE = 422


class EraseForm(Form):
    """One box, so that nobody erases themselves by a slip of the finger."""

    is_sure = BooleanField(
        validators=[InputRequired(_("Tick the box if you want your data erased."))]
    )


@public.route(f"/{LANGUAGE}/my-data/freeze", methods=["GET", "POST"])
@sessions.for_the_person
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
@sessions.for_the_person
def my_data_object(person: Subscriber) -> ResponseReturnValue:
    """Object to every use: off every list, for good."""
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template("public/my_data/object.html", form=form)
    object_from_my_data(person.id)
    flash(gettext("Your objection is recorded. Nothing of ours reaches you any more."), "success")
    return redirect(url_for("public.my_data_overview"), 303)


@public.route(f"/{LANGUAGE}/my-data/erase", methods=["GET", "POST"])
@sessions.for_the_person
def my_data_erase(person: Subscriber) -> ResponseReturnValue:
    """Say what goes and what stays, and erase it."""
    form = EraseForm()
    if not form.validate_on_submit():
        page = render_template("public/my_data/erase.html", form=form, person=person)
        return page, UNPROCESSABLE if form.is_submitted() else 200
    erase_from_my_data(person.id)
    sessions.end()
    return redirect(url_for("public.my_data_erased"), 303)


@public.get(f"/{LANGUAGE}/my-data/erased")
def my_data_erased() -> str:
    """Say that it is done."""
    return render_template("public/my_data/erased.html")


@public.post(f"/{LANGUAGE}/my-data/close")
def my_data_close() -> ResponseReturnValue:
    """End the half hour now."""
    sessions.end()
    flash(
        gettext("The page is closed. Nobody can open it any more without a new letter."), "success"
    )
    return redirect(url_for("public.my_data"), 303)
