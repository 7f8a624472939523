"""Decides which words, lists, questions and addresses a sign-up form may have."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import urlsplit

MOST_LISTS = 12
MOST_ASKED = 8
HTTPS = "https"


class FormFault(Enum):
    """Why a form can't be stored."""

    SLUG_TAKEN = auto()
    NO_TITLE = auto()
    TITLE_MISSING = auto()
    NO_LIST = auto()
    MANY_LISTS = auto()
    MANY_QUESTIONS = auto()
    QUESTION_OF_OTHER_LIST = auto()
    NO_HTTPS = auto()
    ORIGIN_REFUSED = auto()
    PICTURE_UNKNOWN = auto()


@dataclass(frozen=True, kw_only=True)
class FormWords:
    """The words of a form in one language; paragraphs are separated by an empty line."""

    title: str
    intro: str = ""
    thanks: str = ""
    picture_alt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.title or self.intro or self.thanks or self.picture_alt)


@dataclass(frozen=True, kw_only=True)
class FormDraft:
    """A form as it was written. `words` has the languages in which something was written.

    `goes_to` is the address that the page after the confirmation leads to; empty for none.
    """

    name: str
    words: Mapping[str, FormWords]
    list_ids: Sequence[int]
    question_ids: Collection[int] = field(default_factory=tuple)
    goes_to: str = ""
    picture_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class FormFaultAt:
    """A fault, and the part of the form that has it."""

    fault: FormFault
    part: str
    language: str = ""


def list_draft_faults(
    draft: FormDraft, lists_of_questions: Mapping[int, int], origins: Collection[str]
) -> list[FormFaultAt]:
    """Return all faults of a form, in the order of its page.

    `lists_of_questions` has the list of each question that exists. `origins` are the sites of the
    party that its thanks may lead to.
    """
    return [
        *_check_titles(draft.words),
        *_check_lists(draft.list_ids),
        *_check_questions(draft, lists_of_questions),
        *_check_way(draft.goes_to, origins),
    ]


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text; an empty line begins a new one."""
    return [each.strip() for each in text.split("\n\n") if each.strip()]


def is_allowed_way(address: str, origins: Collection[str]) -> bool:
    """Tell whether the thanks of a form may lead to an address: one of a site of the party."""
    return not address or not _check_way(address, origins)


def _check_titles(words: Mapping[str, FormWords]) -> list[FormFaultAt]:
    if not any(each.title for each in words.values()):
        return [FormFaultAt(fault=FormFault.NO_TITLE, part="title")]
    return [
        FormFaultAt(fault=FormFault.TITLE_MISSING, part="title", language=language)
        for language, each in words.items()
        if not each.title and not each.is_empty
    ]


def _check_lists(list_ids: Sequence[int]) -> list[FormFaultAt]:
    if not list_ids:
        return [FormFaultAt(fault=FormFault.NO_LIST, part="lists")]
    if len(list_ids) > MOST_LISTS:
        return [FormFaultAt(fault=FormFault.MANY_LISTS, part="lists")]
    return []


def _check_questions(draft: FormDraft, lists_of_questions: Mapping[int, int]) -> list[FormFaultAt]:
    if len(draft.question_ids) > MOST_ASKED:
        return [FormFaultAt(fault=FormFault.MANY_QUESTIONS, part="questions")]
    if {lists_of_questions.get(each) for each in draft.question_ids} - {*draft.list_ids}:
        return [FormFaultAt(fault=FormFault.QUESTION_OF_OTHER_LIST, part="questions")]
    return []


def _check_way(address: str, origins: Collection[str]) -> list[FormFaultAt]:
    if not address or _origin_of(address) in origins:
        return []
    is_https = address.lower().startswith(f"{HTTPS}://")
    fault = FormFault.ORIGIN_REFUSED if is_https else FormFault.NO_HTTPS
    return [FormFaultAt(fault=fault, part="goes_to")]


def _origin_of(address: str) -> str | None:
    """Return the origin of a web address; None for one that browsers may read in another way."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if "\\" in address or "@" in parts.netloc or not address.isprintable() or " " in address:
        return None
    return f"{parts.scheme}://{parts.netloc}".lower()
