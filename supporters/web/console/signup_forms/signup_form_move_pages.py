"""The acts on a sign-up form: open, close, order its lists, duplicate, delete."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.signup.form_counts import count_form
from supporters.signup_forms.form_changes import delete_form, duplicate_form, move_list_in_form
from supporters.signup_forms.form_moves import OpenFormError, close_form, open_form
from supporters.signup_forms.models import SignupForm
from supporters.web.console.console_blueprint import done, for_writers
from supporters.web.console.signup_forms.signup_form_forms import CopyForm
from supporters.web.console.signup_forms.signup_form_pages import FORM, get_form_or_404
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

UNPROCESSABLE = 422
NOT_FOUND = 404


@for_writers.post(f"/forms/{FORM}/open")
def open_signup_form(form_id: int) -> ResponseReturnValue:
    """Show a form to the public."""
    match open_form(get_form_or_404(form_id).id):
        case OpenFormError() as obstacle:
            flash(label(obstacle), "error")
        case True:
            flash(gettext("The form is open. Share its address."), "success")
    return _to_form(form_id)


@for_writers.post(f"/forms/{FORM}/close")
def close_signup_form(form_id: int) -> ResponseReturnValue:
    """Take no sign-ups by a form any more."""
    if close_form(get_form_or_404(form_id).id):
        flash(gettext("The form is closed. Its page says so and shows the open lists."), "success")
    return _to_form(form_id)


@for_writers.post(f"/forms/{FORM}/order")
def order_signup_form(form_id: int) -> ResponseReturnValue:
    """Put the box of a list before the one above it."""
    get_form_or_404(form_id)
    list_id = request.form.get("list", 0, type=int)
    if move_list_in_form(form_id, list_id):
        flash(gettext("Moved up."), "success")
    return redirect(url_for("console.show_signup_form", form_id=form_id, _anchor="lists"), 303)


@for_writers.route(f"/forms/{FORM}/duplicate", methods=["GET", "POST"])
def duplicate_signup_form(form_id: int) -> ResponseReturnValue:
    """Ask for a name and an address, and make a draft with the content of a form."""
    made = get_form_or_404(form_id)
    form = CopyForm()
    if form.validate_on_submit():
        match duplicate_form(form_id, form.slug.data or "", form.name.data or ""):
            case SignupForm() as copy:
                flash(gettext("Saved as a draft. Change what is different."), "success")
                return _to_form(copy.id)
            case None:
                abort(NOT_FOUND)
            case _:
                form.show_taken()
    return form.render("console/signup_forms/signup_form_copy.html", made=made)


@for_writers.route(f"/forms/{FORM}/delete", methods=["GET", "POST"])
def remove_signup_form(form_id: int) -> ResponseReturnValue:
    """Ask, and delete a form that nobody signed up by."""
    made = get_form_or_404(form_id)
    if count_form(form_id).sent:
        abort(NOT_FOUND)
    form = EmptyForm()
    if form.validate_on_submit():
        if delete_form(form_id):
            return done(
                gettext("The form is deleted, and its address is free."), "console.signup_forms"
            )
        form.form_errors.append(gettext("The form is open. Close it first."))
    page = render_template("console/signup_forms/signup_form_delete.html", form=form, made=made)
    return page, UNPROCESSABLE if form.errors else 200


def _to_form(form_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_signup_form", form_id=form_id), 303)
