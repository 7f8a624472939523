"""Adds, changes, orders, closes and removes the questions of a list."""

from enum import Enum, auto

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import Act, record_team_act
from supporters.database import db, in_transaction, use_case
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.models import MailingList
from supporters.questions.models import ListQuestion, QuestionText
from supporters.questions.queries import count_answers
from supporters.questions.rules import MOST_QUESTIONS, FaultAt, QuestionDraft, list_faults


class QuestionAct(Act):
    """Acts about questions of lists."""

    ADDED = "question.added", _("%(actor)s added %(object)s to a list.")
    CHANGED = "question.changed", _("%(actor)s changed %(object)s of a list.")
    MOVED = "question.moved", _("%(actor)s moved %(object)s up on its form.")
    CLOSED = "question.closed", _("%(actor)s closed %(object)s: nobody is asked any more.")
    OPENED = "question.opened", _("%(actor)s opened %(object)s again.")
    REMOVED = "question.removed", _("%(actor)s deleted %(object)s, which nobody had answered.")


class QuestionError(Enum):
    """Why nothing was changed."""

    UNKNOWN = auto()
    TOO_MANY = auto()
    ANSWERED = auto()


@use_case
def add_question(list_id: int, draft: QuestionDraft) -> int | list[FaultAt] | QuestionError:
    """Add a question as the last one of a list; return its id."""
    if faults := list_faults(draft):
        return faults
    questions = _lock_questions(list_id)
    if _count_open(questions) >= MOST_QUESTIONS:
        return QuestionError.TOO_MANY
    question = ListQuestion(
        mailing_list_id=list_id,
        kind=draft.kind,
        position=max((each.position for each in questions), default=0) + 1,
        days=draft.days,
        created_at=clock.now(),
    )
    db.session.add(question)
    db.session.flush()
    _write_words(question.id, draft)
    _record(QuestionAct.ADDED, question, draft)
    return question.id


@use_case
def change_question(
    list_id: int, question_id: int, draft: QuestionDraft
) -> list[FaultAt] | QuestionError | None:
    """Change a question that nobody has answered; of one with answers, only its time.

    A new time counts for answers from now on: earlier ones keep the time that their page told. A
    language that the party offers since then gets its first words.
    """
    question = _find(list_id, question_id)
    if question is None:
        return QuestionError.UNKNOWN
    if faults := list_faults(draft):
        return faults
    if _is_answered(question) and not _has_words(question, draft):
        return QuestionError.ANSWERED
    question.kind = draft.kind
    _write_words(question_id, draft)
    question.days = draft.days
    _record(QuestionAct.CHANGED, question, draft)
    return None


@use_case
def move_question_up(list_id: int, question_id: int) -> QuestionError | None:
    """Put an open question before the one above it. The first one stays where it is."""
    questions = [each for each in _lock_questions(list_id) if each.is_open]
    ids = [each.id for each in questions]
    if question_id not in ids:
        return QuestionError.UNKNOWN
    place = ids.index(question_id)
    if place > 0:
        above, moved = questions[place - 1], questions[place]
        above.position, moved.position = moved.position, above.position
        record_team_act(QuestionAct.MOVED, question_id)
    return None


@use_case
def close_question(list_id: int, question_id: int) -> QuestionError | None:
    """Ask a question no more. Its answers stay until their time is over."""
    question = _find(list_id, question_id)
    if question is None:
        return QuestionError.UNKNOWN
    if question.is_open:
        question.closed_at = clock.now()
        record_team_act(QuestionAct.CLOSED, question_id)
    return None


@use_case
def open_question(list_id: int, question_id: int) -> QuestionError | None:
    """Ask a closed question again, as the last one."""
    question = _find(list_id, question_id)
    if question is None:
        return QuestionError.UNKNOWN
    if question.is_open:
        return None
    questions = _lock_questions(list_id)
    if _count_open(questions) >= MOST_QUESTIONS:
        return QuestionError.TOO_MANY
    question.closed_at = None
    question.position = max(each.position for each in questions) + 1
    record_team_act(QuestionAct.OPENED, question_id)
    return None


@use_case
def remove_question(list_id: int, question_id: int) -> QuestionError | None:
    """Delete a question that nobody has answered."""
    question = _find(list_id, question_id)
    if question is None:
        return QuestionError.UNKNOWN
    if _is_answered(question):
        return QuestionError.ANSWERED
    record_team_act(QuestionAct.REMOVED, question_id)
    db.session.delete(question)
    return None


@in_transaction
def _lock_questions(list_id: int) -> list[ListQuestion]:
    """Return the questions of a list in their order; one change of them at a time."""
    db.session.get_one(MailingList, list_id, with_for_update=True)
    found = db.session.scalars(
        select(ListQuestion)
        .where(ListQuestion.mailing_list_id == list_id)
        .order_by(ListQuestion.position, ListQuestion.id)
    )
    return [*found]


@in_transaction
def _find(list_id: int, question_id: int) -> ListQuestion | None:
    found = {each.id: each for each in _lock_questions(list_id)}
    return found.get(question_id)


def _count_open(questions: list[ListQuestion]) -> int:
    return sum(each.is_open for each in questions)


def _is_answered(question: ListQuestion) -> bool:
    return count_answers(question.mailing_list_id).get(question.id, 0) > 0


def _has_words(question: ListQuestion, draft: QuestionDraft) -> bool:
    """Tell whether a draft has the kind of a question, and its words in each of its languages."""
    written = _describe(draft)
    return question.kind is draft.kind and all(
        written.get(each.language) == (each.label, each.sentence, each.choices)
        for each in _list_texts(question.id)
    )


def _describe(draft: QuestionDraft) -> dict[str, tuple[str, str, str]]:
    return {
        language: (words.label, words.sentence, "\n".join(words.choices))
        for language, words in draft.words.items()
    }


def _list_texts(question_id: int) -> list[QuestionText]:
    return [
        *db.session.scalars(select(QuestionText).where(QuestionText.question_id == question_id))
    ]


@in_transaction
def _write_words(question_id: int, draft: QuestionDraft) -> None:
    known = {each.language: each for each in _list_texts(question_id)}
    for language, (label, sentence, choices) in _describe(draft).items():
        text = known.get(language) or QuestionText(question_id=question_id, language=language)
        text.label, text.sentence, text.choices = label, sentence, choices
        db.session.add(text)
    for language in known.keys() - draft.words.keys():
        db.session.delete(known[language])


def _record(act: Act, question: ListQuestion, draft: QuestionDraft) -> None:
    words = draft.words.get(DEFAULT_LANGUAGE) or next(iter(draft.words.values()))
    details = {"label": words.label, "kind": question.kind.value, "days": question.days}
    record_team_act(act, question.id, details)
