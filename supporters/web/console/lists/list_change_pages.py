"""Changes the words and settings of a list, and its place; previews it; deletes an unused one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.languages import LANGUAGES
from supporters.lists.list_sender import change_sender
from supporters.lists.list_territories import change_territory, find_territory, write_territory
from supporters.lists.list_thanks import ThanksFault, change_thanks, find_thanks
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
from supporters.web.console.console_blueprint import (
    LIST,
    done,
    for_owners,
    for_team,
    recent_password_required,
)
from supporters.web.console.lists.list_forms import SenderForm, TerritoryForm, ThanksForm, WordsForm
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.forms import EmptyForm
from supporters.web.labels import label
from supporters.web.public.public_blueprint import LANGUAGE
from supporters.web.public.signup.join_page_finder import make_preview

UNPROCESSABLE = 422
MOVES = {"up": -1, "down": 1}


def after_change_of_list(list_id: int, words: str | None, tab: str) -> ResponseReturnValue:
    """Say what was changed, or that nothing was, and lead to the tab of the list."""
    return done(words, "console.show_list", list_id=list_id, tab=tab)


@for_owners.route(f"/lists/{LIST}/sender", methods=["GET", "POST"])
@recent_password_required
def list_sender(list_id: int) -> ResponseReturnValue:
    """Show and change the sender of a list."""
    mailing_list = get_list_or_404(list_id)
    form = SenderForm(mailing_list)
    if form.validate_on_submit():
        match change_sender(list_id, form.sender()):
            case bool(is_changed):
                words = gettext("Changed. It counts for messages that aren’t frozen yet.")
                return after_change_of_list(list_id, words if is_changed else None, "sending")
            case fault:
                form.show_fault(fault)
    return form.render(
        "console/lists/list_sender.html", mailing_list=mailing_list, party=current_settings()
    )


@for_owners.route(f"/lists/{LIST}/territory", methods=["GET", "POST"])
def list_territory(list_id: int) -> ResponseReturnValue:
    """Show and change the territory of a list."""
    mailing_list = get_list_or_404(list_id)
    form = TerritoryForm(write_territory(find_territory(list_id)))
    if form.validate_on_submit():
        match change_territory(list_id, form.typed()):
            case bool(is_changed):
                words = gettext("The territory is saved.")
                return after_change_of_list(list_id, words if is_changed else None, "form")
            case faults:
                form.show_faults(faults)
    return form.render("console/lists/list_territory.html", mailing_list=mailing_list)


@for_owners.route(f"/lists/{LIST}/thanks", methods=["GET", "POST"])
@recent_password_required
def list_thanks(list_id: int) -> ResponseReturnValue:
    """Show and change the words for people who have just confirmed a list."""
    mailing_list = get_list_or_404(list_id)
    form = ThanksForm(data=ThanksForm.describe(find_thanks(list_id)))
    if form.validate_on_submit():
        match change_thanks(list_id, form.texts()):
            case ThanksFault.WELCOME_EMPTY:
                form.show_empty()
            case has_changed:
                words = gettext("Saved. People who confirm from now on see these words.")
                return after_change_of_list(list_id, words if has_changed else None, "sending")
    return form.render(
        "console/lists/list_thanks.html", mailing_list=mailing_list, text_languages=LANGUAGES
    )


@for_owners.route(f"/lists/{LIST}/words", methods=["GET", "POST"])
def list_words(list_id: int) -> ResponseReturnValue:
    """Show and change the name and the description of a list in each language."""
    mailing_list = get_list_or_404(list_id)
    form = WordsForm(data=_fields_of(mailing_list))
    if form.validate_on_submit():
        changed = change_words(list_id, *form.words_first_in(mailing_list.language))
        tab = _tell_change(get_list(list_id), changed=changed)
        return redirect(url_for("console.show_list", list_id=list_id, tab=tab), 303)
    return form.render("console/lists/list_words.html", mailing_list=mailing_list)


def _fields_of(mailing_list: MailingList) -> dict[str, str]:
    words = list_all_words(mailing_list)
    return {
        **{f"name_{each.language}": each.name for each in words},
        **{f"description_{each.language}": each.description for each in words},
    }


def _tell_change(mailing_list: MailingList, *, changed: bool) -> str:
    """Say what was changed; return the tab with what is to be done next."""
    if not changed:
        flash(gettext("Nothing was changed."), "info")
    elif advise_on_wording(mailing_list):
        words = gettext("Changed. The consent text still has the earlier words: see below.")
        flash(words, "success")
        return "consent"
    else:
        flash(gettext("Changed."), "success")
    return "words"


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
    return redirect(url_for("console.show_list", list_id=list_id, tab="share"), 303)


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
