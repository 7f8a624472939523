"""The form behind the link of a confirmation email: a box for each request that is open.

Another person may have typed it. So a text that was typed in another browser is not shown, and what
is not shown is not kept.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request
from markupsafe import Markup

from supporters.consent.rules import split_wording
from supporters.people.profile import PROFILE_WORDS
from supporters.questions.queries import Question, answer_in_words, words_of
from supporters.questions.rules import QuestionKind
from supporters.signup.address_facts import AskedRequest
from supporters.signup.confirmation import ConfirmSubmission
from supporters.signup.confirmation_links import ConfirmationLink, OpenBox
from supporters.signup.shared_rows import list_shared_asked
from supporters.text.local_dates import format_date_and_time
from supporters.web.list_filters import box_words
from supporters.web.page_language import select_language
from supporters.web.public.confirmation.cached_frames import FrameContent, place, render_in_frame
from supporters.web.public.pause_words import say_pause
from supporters.web.public.signup.forms import ConfirmForm, box_name, read_shown_ids
from supporters.web.public.signup.profile_fields import TYPED_FIELDS
from supporters.web.text_language import in_language

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
        for question_id, words in _describe_detail(asked, _find_questions(asked), is_own=is_own):
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


def _describe_detail(
    asked: AskedRequest, questions: Mapping[int, Question], *, is_own: bool
) -> list[tuple[int, tuple[str, str]]]:
    """Return the answers in words that this browser may see, by the ids of their questions."""
    return [
        (question.id, (words_of(question).label, answer_in_words(question, each.value)))
        for each in asked.answers
        if (question := questions[each.question_id]).kind is not QuestionKind.TEXT or is_own
    ]


class ShownBox(NamedTuple):
    """A box of the page: the words beside it, when it was ticked at first, and its name.

    `is_own`: this email is for its request, or this browser made it.
    """

    label: Markup
    asked_at: str
    name: str
    is_own: bool
    is_ticked: bool


def show_form(link: ConfirmationLink, own_pages: Sequence[str]) -> str:
    """Return the page with the form as it is at first.

    `own_pages` are the public ids of the requests that this browser made, the newest first. Only
    their boxes come ticked, and those of the request that the email is for.
    """
    boxes = [*enumerate(link.boxes)]
    own = link.list_own_boxes(own_pages)
    own_page = own_pages[0] if own_pages else None
    same_for_all = _describe(link, own)
    details = find_details(link, own_page)
    content = FrameContent(
        make_values=lambda: {
            "form": ConfirmForm(given_name=place("name")),
            "boxes": [
                _mark_box(number, _label(each, _shared_legend(link)), is_own=each.event_id in own)
                for number, each in boxes
            ],
            "shown": place("shown"),
            "details": details,
            **same_for_all,
        },
        places={
            "name": _find_name(link, own_page),
            "shown": _write_ids(link),
            **{f"box_{number}": box_name(each.event_id) for number, each in boxes},
            **{f"time_{number}": _write_time(each) for number, each in boxes},
        },
        shape=None
        if details
        else (
            *same_for_all.values(),
            *(
                (each.name, each.wording.text, each.wording.language, each.event_id in own)
                for each in link.boxes
            ),
        ),
    )
    return render_in_frame("confirm.html", content)


def show_faults(link: ConfirmationLink, form: ConfirmForm, own_pages: Sequence[str]) -> str:
    """Return the page with the faults of a submitted form; its title says that there are some."""
    own = link.list_own_boxes(own_pages)
    own_page = own_pages[0] if own_pages else None
    values = {
        "form": form,
        "boxes": [
            ShownBox(
                _label(each, _shared_legend(link)),
                _write_time(each),
                box_name(each.event_id),
                is_own=each.event_id in own,
                is_ticked=_is_ticked(each),
            )
            for each in link.boxes
        ],
        "shown": _write_ids(link),
        "details": find_details(link, own_page),
        **_describe(link, own),
    }
    return render_in_frame("confirm.html", FrameContent(make_values=lambda: values))


def _describe(link: ConfirmationLink, own: Container[int]) -> dict[str, Any]:
    """Return what the page says besides its boxes."""
    return {
        "other_language": _find_other_language(link, own),
        "asks_for_name": not (link.person and link.person.profile.given_name),
        "list_names": tuple(each.list_name for each in link.agreements),
        "legend": _shared_legend(link),
        "pause": say_pause(link.paused_until),
    }


def _find_other_language(link: ConfirmationLink, own: Container[int]) -> str:
    """Return the language that the ticked boxes ask for, if the page is in another; else empty."""
    ticked = [box.request for box in link.boxes if box.event_id in own]
    newest = max(ticked, key=lambda asked: asked.created_at, default=None)
    asked = newest.profile.language if newest else ""
    return "" if asked == select_language() else asked


def _mark_box(number: int, label: Markup, *, is_own: bool) -> ShownBox:
    """Return a box with marks instead of the values of one person."""
    name, time = place(f"box_{number}"), place(f"time_{number}")
    return ShownBox(label, time, name, is_own=is_own, is_ticked=is_own)


def _shared_legend(link: ConfirmationLink) -> str:
    """Return the legend of all boxes; empty if they have several, or none."""
    legends = {split_wording(each.wording.text).legend for each in link.boxes}
    return legends.pop() if len(legends) == 1 else ""


def _label(box: OpenBox, legend: str) -> Markup:
    """Return the words beside a box: without the legend, if it stands above all boxes."""
    if legend:
        return box_words(box.wording, box.choice.mailing_list)
    words = in_language(box.wording.text, box.wording.language)
    return Markup("<strong>{}</strong><br>{}").format(box.name, words)


def _write_ids(link: ConfirmationLink) -> str:
    return " ".join(str(box.event_id) for box in link.boxes)


def _write_time(box: OpenBox) -> str:
    return format_date_and_time(box.request.created_at)


def _is_ticked(box: OpenBox) -> bool:
    """Tell whether a box was ticked when the form was sent."""
    return bool(request.form.get(box_name(box.event_id)))


def _find_name(link: ConfirmationLink, own_page: str | None) -> str:
    """Return the first name that was typed in this browser.

    A name typed in another browser is not shown: another person may have typed it.
    """
    own = [box.request for box in link.boxes if box.request.public_id == own_page]
    return (own[0].profile.given_name if own else None) or ""


def read_form(link: ConfirmationLink) -> ConfirmForm:
    """Return the submitted form, which knows whether a box was ticked."""
    form = ConfirmForm()
    form.has_ticked_box = any(_is_ticked(box) for box in link.boxes)
    return form


def read_press() -> ConfirmSubmission:
    """Return the submitted boxes; a form with an invalid name confirms nothing."""
    typed = request.form.get("given_name", "").strip()
    form = ConfirmForm() if typed else None
    is_right = form is None or form.given_name.validate(form)
    shown = read_shown_ids(request.form.get("shown", "")) if is_right else frozenset()
    return ConfirmSubmission(
        shown=shown,
        ticked=frozenset(each for each in shown if request.form.get(box_name(each))),
        given_name=(form.given_name.data or None) if form else None,
        kept_answers=read_kept_answers(),
        kept_fields=read_kept_fields(),
    )
