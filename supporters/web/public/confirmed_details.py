"""Shows what a sign-up said beside its boxes, so that the reader of the mailbox confirms it too.

Another person may have typed it. So a text that was typed in another browser is not shown, and what
is not shown is not kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from supporters.questions.labels import answer_in_words, words_of
from supporters.questions.queries import Question
from supporters.questions.rules import QuestionKind
from supporters.signup.address_facts import AskedRequest
from supporters.signup.confirmation_links import ConfirmationLink
from supporters.signup.shared_rows import list_shared_asked
from supporters.site_edition import read_edition

SHOWN, KEPT = "answers", "details"  # the names of the hidden field and of the box
_QUESTION_ID = re.compile(r"\b[0-9]{1,9}\b")


@dataclass(frozen=True, kw_only=True)
class ShownDetails:
    """The answers in words by the ids of their questions, each with its label; and the postcode."""

    answers: Mapping[int, tuple[str, str]]
    postcode: str | None

    @property
    def ids(self) -> str:
        """Return the ids of the questions, for the hidden field of the form."""
        return " ".join(str(each) for each in self.answers)

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
        for question_id, words in _describe(asked, _find_questions(link, asked), is_own=is_own):
            answers.setdefault(question_id, words)
    postcodes = (each.request.profile.postcode for each in waiting)
    postcode = next((each for each in postcodes if each), None)
    return ShownDetails(answers=answers, postcode=postcode) if answers or postcode else None


def read_kept_answers() -> frozenset[int]:
    """Return the ids of the questions whose answers the submitted form keeps."""
    if not keeps_details():
        return frozenset()
    return frozenset(int(each) for each in _QUESTION_ID.findall(request.form.get(SHOWN, "")))


def keeps_details() -> bool:
    """Tell whether the box of the submitted form is ticked."""
    return bool(request.form.get(KEPT))


def _find_questions(link: ConfirmationLink, asked: AskedRequest) -> Mapping[int, Question]:
    """Return the questions of the lists of a request, by their ids."""
    known = link.facts.shared.edition if link.facts else None
    return {
        question.id: question
        for list_id in {each.list_id for each in asked.answers}
        for question in list_shared_asked(known or read_edition(), list_id)
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
