"""The form that asks for the My data email, and the link in it. A GET changes nothing."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supporters.my_data.my_data_access import OpenMyDataError, find_ticket, open_my_data
from supporters.my_data.my_data_links import request_my_data_link
from supporters.web.forms import EmptyForm
from supporters.web.public.dead_links import MY_DATA_EXPIRED, MY_DATA_UNKNOWN, show_dead_link
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import TypedForm, admit
from supporters.web.public.signup.address_forms import AddressForm

UNPROCESSABLE = 422


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
