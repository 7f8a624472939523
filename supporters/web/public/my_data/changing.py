"""Correcting what they told us: the address, the first name, the language; pausing."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.validators import Optional

from supporters.languages import LANGUAGES
from supporters.people.models import MAX_GIVEN_NAME, Subscriber
from supporters.rights.access.correcting import correct, pause, resume
from supporters.rights.access.moving import Asked, ask_to_move
from supporters.rights.access.rules import PAUSES
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.forms import AddressForm, is_a_name
from supporters.web.public.guards import is_flood
from supporters.web.public.my_data import sessions

UNPROCESSABLE = 422
RESUME = "resume"
UNTIL_RESUMED = "open"
ARE_FROZEN = _("Your data is frozen, so nothing of it is changed. Unfreeze it first.")


class PersonForm(Form):
    """The first name and the language."""

    given_name = StringField(validators=[Optional(), at_most(MAX_GIVEN_NAME), is_a_name])
    language = RadioField(choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])


@public.route(f"/{LANGUAGE}/my-data/person", methods=["GET", "POST"])
@sessions.for_the_person
def my_data_person(person: Subscriber) -> ResponseReturnValue:
    """Correct the first name and the language of our messages."""
    form = PersonForm(given_name=person.given_name, language=person.language)
    if not form.validate_on_submit():
        status = UNPROCESSABLE if form.is_submitted() else 200
        return render_template("public/my_data/person.html", form=form), status
    is_done = correct(person.id, form.given_name.data or None, form.language.data)
    return _back(gettext("It is corrected.") if is_done else None)


@public.route(f"/{LANGUAGE}/my-data/address", methods=["GET", "POST"])
@sessions.for_the_person
def my_data_address(person: Subscriber) -> ResponseReturnValue:
    """Take a new address; its mailbox gets a letter, and nothing changes before its yes."""
    form = AddressForm()
    if form.validate_on_submit():
        if is_flood(form.address.text.rpartition("@")[2]):
            abort(429)
        match ask_to_move(person.id, form.address, str(get_locale())):
            case Asked.LETTER:
                return redirect(url_for("public.my_data_address_sent"), 303)
            case Asked.FROZEN:
                return _back(None)
            case refused:
                form.email.errors = [_explain(refused)]
    status = UNPROCESSABLE if form.is_submitted() else 200
    return render_template("public/my_data/address.html", form=form, person=person), status


@public.get(f"/{LANGUAGE}/my-data/address/sent")
def my_data_address_sent() -> str:
    """Say what happens next."""
    return render_template("public/my_data/address_sent.html")


@public.post(f"/{LANGUAGE}/my-data/pause")
@sessions.for_the_person
def my_data_pause(person: Subscriber) -> ResponseReturnValue:
    """Hold all mail for a while, or let it come again."""
    chosen = request.form.get("pause", "")
    if chosen == RESUME:
        is_done = resume(person.id)
        words = gettext("Our messages come again from now on.")
    elif chosen == UNTIL_RESUMED or chosen in {str(months) for months in PAUSES}:
        is_done = pause(person.id, None if chosen == UNTIL_RESUMED else int(chosen))
        words = gettext("Paused. You stay on your lists, and get nothing until then.")
    else:
        abort(400)
    return _back(words if is_done else None)


def _back(words: str | None) -> ResponseReturnValue:
    """Lead back to the first page, with what was done or, frozen, why it wasn't."""
    flash(words or str(ARE_FROZEN), "success" if words else "warning")
    return redirect(url_for("public.my_data_overview"), 303)


def _explain(refused: Asked) -> str:
    if refused is Asked.SAME:
        return str(gettext("This is the address that we write to already."))
    return str(gettext("You named several addresses today. Please try again tomorrow."))
