"""Shows what a sign-up said beside its boxes, so that the reader of the mailbox confirms it too.

Another person may have typed it. So a text that was typed in another browser is not shown, and what
is not shown is not kept.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from supporters.people.profile import PROFILE_WORDS
from supporters.questions.queries import Question, answer_in_words, words_of
from supporters.questions.rules import QuestionKind
from supporters.signup.address_facts import AskedRequest
from supporters.signup.confirmation_links import ConfirmationLink
from supporters.signup.shared_rows import list_shared_asked
from supporters.web.public.signup.profile_fields import TYPED_FIELDS

SHOWN, SHOWN_FIELDS, KEPT = "answers", "fields", "details"  # two hidden fields, and the box
ASKED_HERE = "given_name"  # the page has an input for it
_QUESTION_ID = re.compile(r"\b[0-9]{1,9}\b")
_FIELD_ID = re.compile(r"\b([0-9]{1,19})-([a-z_]{1,40})\b")


@dataclass(frozen=True, kw_only=True)
class ShownDetails:
    """The answers by the ids of their questions, and values of profiles by the ids of their fields.

    Each has its label and its words. The id of a field has the request that says it, and its name.
    """

    answers: Mapping[int, tuple[str, str]]
    values: Mapping[str, tuple[str, str]]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Return the labels and the words of all."""
        return [*self.answers.values(), *self.values.values()]

    @property
    def ids(self) -> str:
        """Return the ids of the questions, for the hidden field of the form."""
        return " ".join(str(each) for each in self.answers)

    @property
    def field_ids(self) -> str:
        """Return the ids of the fields, for the other hidden field."""
        return " ".join(self.values)

    @property
    def is_kept(self) -> bool:
        """Whether the box is ticked: at first it is."""
        return request.method != "POST" or bool(request.form.get(KEPT))


def find_details(link: ConfirmationLink, own_request: str | None) -> ShownDetails | None:
    """Return what the open requests of a link say beside their boxes; the newest counts."""
    open_ids = {box.request.id for box in link.boxes}
    waiting = [each for each in link.requests if each.request.id in open_ids]
    answers: dict[int, tuple[str, str]] = {}
    for asked in waiting:
        is_own = asked.request.public_id == own_request
        for question_id, words in _describe(asked, _find_questions(asked), is_own=is_own):
            answers.setdefault(question_id, words)
    values = _find_values(link, waiting, own_request)
    return ShownDetails(answers=answers, values=values) if answers or values else None


def _find_values(
    link: ConfirmationLink, waiting: Sequence[AskedRequest], own_request: str | None
) -> dict[str, tuple[str, str]]:
    """Return the values that this browser may see; a press changes none that we know already."""
    known = vars(link.person.profile) if link.person else {}
    shown = {}
    for name, typed in TYPED_FIELDS.items():
        for asked in waiting if name != ASKED_HERE and not known.get(name) else ():
            is_own = asked.request.public_id == own_request
            see, value = str if is_own else typed.seen_elsewhere, vars(asked.request.profile)[name]
            if value and see:
                shown[f"{asked.request.id}-{name}"] = str(PROFILE_WORDS[name].name), see(value)
                break
    return shown


def read_kept_answers() -> frozenset[int]:
    """Return the ids of the questions whose answers the submitted form keeps."""
    return frozenset(int(each) for each in _QUESTION_ID.findall(_read_kept(SHOWN)))


def read_kept_fields() -> frozenset[tuple[int, str]]:
    """Return the fields that the submitted form keeps, each with the id of its request."""
    return frozenset((int(id_), name) for id_, name in _FIELD_ID.findall(_read_kept(SHOWN_FIELDS)))


def _read_kept(name: str) -> str:
    """Return the ids in a hidden field of the submitted form, if its box is ticked."""
    return request.form.get(name, "") if request.form.get(KEPT) else ""


def _find_questions(asked: AskedRequest) -> Mapping[int, Question]:
    """Return the questions of the lists of a request, by their ids."""
    return {
        question.id: question
        for list_id in {each.list_id for each in asked.answers}
        for question in list_shared_asked(list_id)
    }


def _describe(
    asked: AskedRequest, questions: Mapping[int, Question], *, is_own: bool
) -> list[tuple[int, tuple[str, str]]]:
    """Return the answers in words that this browser may see, by the ids of their questions."""
    return [
        (question.id, (words_of(question).label, answer_in_words(question, each.value)))
        for each in asked.answers
        if (question := questions[each.question_id]).kind is not QuestionKind.TEXT or is_own
    ]
