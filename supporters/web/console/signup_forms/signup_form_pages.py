"""The sign-up forms that the team makes: the list of them, one form, its editor, its preview."""

from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.campaigns.pictures.email_pictures import url_of
from supporters.campaigns.pictures.queries import find_picture, list_newest_pictures
from supporters.extensions import current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.languages import LANGUAGES
from supporters.lists.queries import find_list, list_lists
from supporters.mail.links import link_to
from supporters.public_languages import public_languages
from supporters.questions.queries import Question, list_open_questions, words_of
from supporters.signup.form_counts import FormTotal, count_form, count_forms
from supporters.signup_forms.form_changes import (
    FormSurroundings,
    change_form,
    create_form,
    draft_of,
)
from supporters.signup_forms.form_moves import OpenFormError, find_obstacle
from supporters.signup_forms.models import FormStatus, SignupForm
from supporters.signup_forms.public_forms import FormPicture, PublicForm, describe_form
from supporters.signup_forms.queries import find_signup_form, list_signup_forms
from supporters.signup_forms.rules import FormDraft
from supporters.web.console.console_blueprint import for_team, for_writers, recent_password_required
from supporters.web.console.signup_forms.signup_form_forms import Offer, SignupFormForm, values_of
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm
from supporters.web.headers import show_as_email
from supporters.web.public.public_blueprint import LANGUAGE
from supporters.web.public.signup.join_page_finder import make_form_preview
from supporters.web.public.signup.page_capture import put_in_files

FORM = f"<int(max={2**31 - 1}):form_id>"


class FormRow(NamedTuple):
    """A form in the list of forms, with its totals, and why the public can't see it."""

    form: SignupForm
    total: FormTotal
    obstacle: OpenFormError | None


@for_team.get("/forms")
def signup_forms() -> str:
    """Show all forms that this account may see."""
    totals = count_forms()
    rows = [
        FormRow(each, totals.get(each.id, FormTotal()), _obstacle_of(each))
        for each in list_signup_forms()
        if may_see_form(each)
    ]
    return render_template("console/signup_forms/signup_forms.html", rows=rows)


@for_writers.route("/forms/new", methods=["GET", "POST"])
@recent_password_required
def new_signup_form() -> ResponseReturnValue:
    """Make a form, as a draft."""
    form = SignupFormForm(_offer(FormDraft(name="", words={}, list_ids=())), is_new=True)
    if form.validate_on_submit():
        draft = form.draft()
        match create_form(form.slug.data or "", draft, _around(draft)):
            case SignupForm() as made:
                flash(
                    gettext("Saved as a draft. Look at the preview, then open the form."), "success"
                )
                return _to_form(made.id)
            case faults:
                form.show_faults(faults)
    return _show_editor(form)


@for_team.get(f"/forms/{FORM}")
def show_signup_form(form_id: int) -> str:
    """Show a form: its state and totals, its addresses, its lists, and what can be done."""
    made = get_form_or_404(form_id)
    shown = describe_form(made)
    return render_template(
        "console/signup_forms/signup_form.html",
        made=made,
        shown=shown,
        total=count_form(form_id),
        obstacle=find_obstacle(made),
        lists=[list_ for each in made.lists if (list_ := find_list(each.mailing_list_id))],
        asked=[each for each in _questions_of(made) if each.id in shown.question_ids],
        words_of=words_of,
        form=EmptyForm(),
        **_list_addresses(shown, made.slug),
    )


def _list_addresses(shown: PublicForm, slug: str) -> dict[str, object]:
    """Return the pages of a form in each language, and the languages that it lacks."""
    return {
        "pages": [
            (code, LANGUAGES[code], link_to("public.join", lang_code=code, slug=slug))
            for code in shown.languages
        ],
        "missing": [
            name for code, name in public_languages().items() if code not in shown.languages
        ],
        "address": link_to("public.short_address", word=slug),
    }


@for_writers.route(f"/forms/{FORM}/edit", methods=["GET", "POST"])
@recent_password_required
def edit_signup_form(form_id: int) -> ResponseReturnValue:
    """Change a form. People who have its page open read it again before they sign up."""
    made = get_form_or_404(form_id)
    before = draft_of(made)
    form = SignupFormForm(_offer(before), data=values_of(before))
    if form.validate_on_submit():
        draft = form.draft()
        match change_form(form_id, draft, _around(draft)):
            case bool() as has_changed:
                words = gettext("Saved.") if has_changed else gettext("Nothing was changed.")
                flash(words, "success" if has_changed else "info")
                return _to_form(form_id)
            case faults:
                form.show_faults(faults)
    return _show_editor(form, made)


@for_team.get(f"/forms/{FORM}/preview/{LANGUAGE}")
def preview_signup_form(form_id: int) -> str:
    """Show the page of a form as it is or would be, also in a frame. Its button does nothing."""
    shown = describe_form(get_form_or_404(form_id))
    use_present_edition()
    page = make_form_preview(shown)
    if page.language not in dict(shown.words):
        abort(404)
    if "frame" not in request.args:
        return page.show_preview()
    show_as_email()  # a frame without scripts, whose style stands in it
    return put_in_files(page.show_preview())


def get_form_or_404(form_id: int) -> SignupForm:
    """Return a form that this account may see, or answer 404."""
    made = find_signup_form(form_id)
    if made is None or not may_see_form(made):
        abort(404)
    return made


def may_see_form(made: SignupForm) -> bool:
    """Tell whether this account may see a form: one whose lists are all within its scope.

    A form without a list is seen by accounts that see all of them.
    """
    scope = current_scope()
    if scope.list_ids is None:
        return True
    list_ids = [each.mailing_list_id for each in made.lists]
    return bool(list_ids) and all(scope.covers(each) for each in list_ids)


def _obstacle_of(made: SignupForm) -> OpenFormError | None:
    return find_obstacle(made) if made.status is FormStatus.OPEN else None


def _offer(draft: FormDraft) -> Offer:
    """Return what an account can choose: what it sees, the closed lists only if they were ticked.

    The lists of the form stand first, in the order of its boxes.
    """
    order = {list_id: place for place, list_id in enumerate(draft.list_ids)}
    lists = [
        each
        for each in list_lists()
        if current_scope().covers(each.id) and (each.is_open or each.is_draft or each.id in order)
    ]
    chosen = {draft.picture_id} if draft.picture_id else set()
    return Offer(
        lists=sorted(lists, key=lambda each: order.get(each.id, len(order))),
        questions=[question for each in lists for question in list_open_questions(each.id)],
        pictures=list_newest_pictures(including=chosen),
        written=draft.words,
    )


def _around(draft: FormDraft) -> FormSurroundings:
    found = find_picture(draft.picture_id) if draft.picture_id else None
    picture = None
    if found is not None:
        picture = FormPicture(
            file=f"{found.name}.{found.format.value}",
            hash=found.hash,
            width=found.width,
            height=found.height,
        )
    return FormSurroundings(origins=current_settings().form_origins, picture=picture)


def _questions_of(made: SignupForm) -> list[Question]:
    return [
        question for each in made.lists for question in list_open_questions(each.mailing_list_id)
    ]


def _to_form(form_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_signup_form", form_id=form_id), 303)


def _show_editor(form: SignupFormForm, made: SignupForm | None = None) -> ResponseReturnValue:
    pictures = [find_picture(each) for each in form.picture_ids]
    return form.render(
        "console/signup_forms/signup_form_editor.html",
        made=made,
        thumbnails={str(each.id): url_of(each) for each in pictures if each},
        origins=current_settings().form_origins,
        address=link_to("public.short_address", word="word").removesuffix("word"),
    )
