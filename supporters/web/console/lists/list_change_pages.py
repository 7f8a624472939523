"""Changes the words, the offer and the place of a list; previews it; deletes an unused one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.fast_path.site_edition import use_present_edition
from supporters.lists.mailing_lists import (
    DeleteListError,
    change_words,
    delete_list,
    find_reason_to_keep,
    move_list,
    offer_elsewhere,
)
from supporters.lists.models import MailingList, list_all_words
from supporters.lists.queries import get_list
from supporters.lists.short_wordings import advise_on_wording
from supporters.web.console.console_blueprint import LIST, for_owners, for_team
from supporters.web.console.lists.list_forms import WordsForm
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.forms import EmptyForm
from supporters.web.labels import label
from supporters.web.public.public_blueprint import LANGUAGE
from supporters.web.public.signup.join_page_finder import make_preview

UNPROCESSABLE = 422
MOVES = {"up": -1, "down": 1}


@for_owners.route(f"/lists/{LIST}/words", methods=["GET", "POST"])
def list_words(list_id: int) -> ResponseReturnValue:
    """Show and change the name and the description of a list in each language."""
    mailing_list = get_list_or_404(list_id)
    form = WordsForm(data=_fields_of(mailing_list))
    if form.validate_on_submit():
        changed = change_words(list_id, *form.words_first_in(mailing_list.language))
        _tell_change(get_list(list_id), changed=changed)
        return redirect(url_for("console.show_list", list_id=list_id), 303)
    return form.render("console/lists/list_words.html", mailing_list=mailing_list)


def _fields_of(mailing_list: MailingList) -> dict[str, str]:
    words = list_all_words(mailing_list)
    return {
        **{f"name_{each.language}": each.name for each in words},
        **{f"description_{each.language}": each.description for each in words},
    }


def _tell_change(mailing_list: MailingList, *, changed: bool) -> None:
    if not changed:
        flash(gettext("Nothing was changed."), "info")
    elif advise_on_wording(mailing_list):
        flash(
            gettext("Changed. The consent text still has the earlier words: see below."), "success"
        )
    else:
        flash(gettext("Changed."), "success")


@for_owners.post(f"/lists/{LIST}/place")
def place_list(list_id: int) -> ResponseReturnValue:
    """Move a list up or down in the order of the pages."""
    mailing_list = get_list_or_404(list_id)
    if move_list(list_id, MOVES.get(request.form.get("where", ""), 0)):
        flash(gettext("“%(list)s” was moved.", list=mailing_list.name), "success")
    return redirect(url_for("console.lists", _anchor=f"list-{list_id}"), 303)


@for_owners.post(f"/lists/{LIST}/offer")
def offer_list(list_id: int) -> ResponseReturnValue:
    """Put the box of a list on the other sign-up pages, or take it off."""
    is_offered = request.form.get("offer") == "yes"
    if offer_elsewhere(get_list_or_404(list_id).id, is_offered=is_offered):
        flash(
            gettext("The other sign-up pages now have a box for this list.")
            if is_offered
            else gettext("The list has only its own sign-up page now."),
            "success",
        )
    return redirect(url_for("console.show_list", list_id=list_id), 303)


@for_team.get(f"/lists/{LIST}/preview/{LANGUAGE}")
def preview_list(list_id: int) -> str:
    """Show the sign-up page of a list as it is or would be. Its button does nothing."""
    mailing_list = get_list_or_404(list_id)
    use_present_edition()
    return make_preview(mailing_list).show_preview()


@for_owners.route(f"/lists/{LIST}/delete", methods=["GET", "POST"])
def remove_list(list_id: int) -> ResponseReturnValue:
    """Ask, and delete a list that nobody was ever on."""
    mailing_list = get_list_or_404(list_id)
    if find_reason_to_keep(list_id) is DeleteListError.HAS_PEOPLE:
        abort(404)
    form = EmptyForm()
    if form.validate_on_submit():
        match delete_list(list_id):
            case DeleteListError() as reason:
                form.form_errors.append(label(reason))
            case slug:
                flash(gettext("The list is deleted. The address %(slug)s is free.", slug=slug))
                return redirect(url_for("console.lists"), 303)
    page = render_template("console/lists/list_delete.html", form=form, mailing_list=mailing_list)
    return page, UNPROCESSABLE if form.errors else 200
