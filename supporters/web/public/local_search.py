"""The button of the sign-up form that looks for the local lists of a postcode."""

from http import HTTPStatus

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.web.forms import SelectChoice
from supporters.web.public.join_page import JoinPage
from supporters.web.public.local_lists import find_local_lists, write_place

FIND = "find"  # the name of the button


def show_found(page: JoinPage) -> ResponseReturnValue:
    """Return the page with the local lists for the submitted postcode, and its status."""
    form = page.make_form()
    if not form.postcode.data or not form.postcode.validate(form):
        form.postcode.errors = form.postcode.errors or [gettext("Enter your postcode first.")]
        return page.show(form), HTTPStatus.UNPROCESSABLE_ENTITY
    postcode, commune = form.postcode.data, form.commune.data or ""
    finding = find_local_lists(page.edition, postcode, commune, beside=page.id)
    found = page.with_local(finding.list_ids)
    form = found.make_form()
    form.local.data = write_place(postcode, commune)
    if not finding.is_known:
        form.postcode.errors = [gettext("No commune has this postcode. Check its digits.")]
        return found.show(form), HTTPStatus.UNPROCESSABLE_ENTITY
    if finding.communes:
        empty = SelectChoice("", gettext("Choose your commune"))
        communes = (SelectChoice(each.code, each.name) for each in finding.communes)
        form.commune.choices = [empty, *communes]
    return found.show(form, finding), HTTPStatus.OK
