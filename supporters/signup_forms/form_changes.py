"""Makes, changes, duplicates and deletes sign-up forms.

The picture is one of the library, which the caller looks up: this feature knows no campaigns.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, in_transaction, use_case
from supporters.lists.queries import is_slug_taken
from supporters.locks import Lock
from supporters.signup.form_counts import count_form
from supporters.signup_forms.form_moves import notify_if_public
from supporters.signup_forms.models import (
    FormAct,
    FormList,
    FormQuestion,
    FormStatus,
    FormText,
    SignupForm,
)
from supporters.signup_forms.public_forms import FormPicture, words_of_form
from supporters.signup_forms.queries import find_signup_form, map_lists_of_questions
from supporters.signup_forms.rules import (
    FormDraft,
    FormFault,
    FormFaultAt,
    FormWords,
    list_draft_faults,
)


@dataclass(frozen=True, kw_only=True)
class FormSurroundings:
    """The surroundings of a draft, for its check: the party's sites, and the chosen picture."""

    origins: Collection[str]
    picture: FormPicture | None = None


@use_case
def create_form(
    slug: str, draft: FormDraft, around: FormSurroundings
) -> SignupForm | list[FormFaultAt]:
    """Make a form that nobody sees yet; return it."""
    faults = _find_faults(draft, around)
    Lock.SLUG.take()
    if is_slug_taken(slug):
        faults.insert(0, FormFaultAt(fault=FormFault.SLUG_TAKEN, part="slug"))
    if faults:
        return faults
    form = _add(slug)
    _write(form, draft, around)
    record_team_act(FormAct.CREATED, form.id)
    return form


@use_case
def change_form(
    form_id: int, draft: FormDraft, around: FormSurroundings
) -> bool | list[FormFaultAt]:
    """Change a form; tell whether anything changed. People who have its page open read it again."""
    form = find_signup_form(form_id, for_update=True)
    if form is None:
        return False
    if faults := _find_faults(draft, around):
        return faults
    if draft_of(form) == _in_order(form, draft):
        return False
    _write(form, draft, around)
    record_team_act(FormAct.CHANGED, form_id)
    notify_if_public(form)
    return True


@use_case
def duplicate_form(form_id: int, slug: str, name: str) -> SignupForm | FormFault | None:
    """Make a draft with the content of a form; None if there is no such form."""
    form = find_signup_form(form_id)
    if form is None:
        return None
    Lock.SLUG.take()
    if is_slug_taken(slug):
        return FormFault.SLUG_TAKEN
    copy = _add(slug)
    for column in ("picture_id", "picture_file", "picture_hash", "picture_width", "picture_height"):
        setattr(copy, column, getattr(form, column))
    _write_content(copy, draft_of(form))
    copy.name = name
    db.session.flush()
    record_team_act(FormAct.CREATED, copy.id, {"copy_of": form_id})
    return copy


@use_case
def move_list_in_form(form_id: int, list_id: int) -> bool:
    """Put the box of a list before the one above it; tell whether it moved."""
    form = find_signup_form(form_id, for_update=True)
    order = [each.mailing_list_id for each in form.lists] if form else []
    if form is None or list_id not in order[1:]:
        return False
    place = order.index(list_id)
    order[place - 1 : place + 1] = [list_id, order[place - 1]]
    for each in form.lists:
        each.position = order.index(each.mailing_list_id)
    form.changed_at = clock.now()
    record_team_act(FormAct.CHANGED, form_id)
    return True


@use_case
def delete_form(form_id: int) -> bool:
    """Delete a form that nobody signed up by; tell whether it was done."""
    form = find_signup_form(form_id, for_update=True)
    if form is None or form.status is FormStatus.OPEN or count_form(form_id).sent:
        return False
    record_team_act(FormAct.DELETED, form_id, {"slug": form.slug, "name": form.name})
    db.session.delete(form)
    return True


def draft_of(form: SignupForm) -> FormDraft:
    """Return a form as it was written."""
    return FormDraft(
        name=form.name,
        words=words_of_form(form),
        list_ids=tuple(each.mailing_list_id for each in form.lists),
        question_ids=frozenset(each.question_id for each in form.questions),
        goes_to=form.goes_to,
        picture_id=form.picture_id,
    )


def _find_faults(draft: FormDraft, around: FormSurroundings) -> list[FormFaultAt]:
    faults = list_draft_faults(draft, map_lists_of_questions(), around.origins)
    if draft.picture_id is not None and around.picture is None:
        faults.append(FormFaultAt(fault=FormFault.PICTURE_UNKNOWN, part="picture"))
    return faults


def _in_order(form: SignupForm, draft: FormDraft) -> FormDraft:
    """Return a draft whose lists stand in the order of the form, new ones last."""
    staying = [
        each.mailing_list_id for each in form.lists if each.mailing_list_id in draft.list_ids
    ]
    order: Sequence[int] = (*staying, *(each for each in draft.list_ids if each not in staying))
    return FormDraft(
        name=draft.name,
        words={code: words for code, words in draft.words.items() if words.title},
        list_ids=tuple(order),
        question_ids=frozenset(draft.question_ids),
        goes_to=draft.goes_to,
        picture_id=draft.picture_id,
    )


@in_transaction
def _add(slug: str) -> SignupForm:
    now = clock.now()
    form = SignupForm(
        slug=slug, name="", status=FormStatus.DRAFT, created_at=now, changed_at=now, goes_to=""
    )
    db.session.add(form)
    db.session.flush()
    return form


@in_transaction
def _write(form: SignupForm, draft: FormDraft, around: FormSurroundings) -> None:
    picture = around.picture if draft.picture_id is not None else None
    form.picture_id = draft.picture_id
    form.picture_file = picture.file if picture else None
    form.picture_hash = picture.hash if picture else None
    form.picture_width = picture.width if picture else None
    form.picture_height = picture.height if picture else None
    _write_content(form, _in_order(form, draft))


@in_transaction
def _write_content(form: SignupForm, draft: FormDraft) -> None:
    form.name, form.goes_to, form.changed_at = draft.name, draft.goes_to, clock.now()
    texts = {each.language: each for each in form.texts}
    form.texts = [
        _fill(texts.get(code) or FormText(language=code), words)
        for code, words in draft.words.items()
    ]
    lists = {each.mailing_list_id: each for each in form.lists}
    form.lists = [
        lists.get(list_id) or FormList(mailing_list_id=list_id) for list_id in draft.list_ids
    ]
    for position, each in enumerate(form.lists):
        each.position = position
    asked = {each.question_id: each for each in form.questions}
    form.questions = [
        asked.get(each) or FormQuestion(question_id=each) for each in sorted(draft.question_ids)
    ]
    db.session.flush()


def _fill(text: FormText, words: FormWords) -> FormText:
    text.title, text.intro, text.thanks = words.title, words.intro, words.thanks
    text.picture_alt = words.picture_alt
    return text
