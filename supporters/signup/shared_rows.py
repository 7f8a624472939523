"""The rows that all signups share, cached in this process under the edition of the site (ADR 061).

They are read in a session of their own and belong to none afterwards: they are never changed.
Within a transaction they are read in its session (`find_cached_rows`).
"""

from collections.abc import Sequence
from typing import TypeVar

from supporters.consent.models import Wording
from supporters.consent.queries import find_current_wording
from supporters.fast_path.site_edition import find_cached_rows
from supporters.lists.list_territories import list_open_territories
from supporters.lists.models import MailingList, list_all_words
from supporters.lists.queries import (
    find_list,
    find_list_by_slug,
    find_list_of_purpose,
    list_open_lists,
    list_purpose_ids,
)
from supporters.questions.queries import Question, list_open_questions, list_questions
from supporters.signup.queries import (
    SignupBox,
    TickedBox,
    list_boxes_of,
    list_signup_boxes,
    list_ticked_boxes,
)
from supporters.territory.rules import Territory

L = TypeVar("L", MailingList, MailingList | None)


def list_shared_boxes(slug: str, language: str) -> Sequence[SignupBox]:
    """Return the boxes of a signup page, as `list_signup_boxes`."""
    return find_cached_rows(("boxes", slug, language), lambda: list_signup_boxes(slug, language))


def list_shared_open() -> Sequence[MailingList]:
    """Return the lists that people can join."""
    return find_cached_rows("open lists", lambda: [*map(load_words, list_open_lists())])


def list_shared_ticked(wording_ids: Sequence[int]) -> Sequence[TickedBox]:
    """Return the boxes of some wordings, in this order."""
    return find_cached_rows(("ticked", *wording_ids), lambda: list_ticked_boxes(wording_ids))


def find_shared_list(list_id: int) -> MailingList | None:
    """Return the list with this id."""
    return find_cached_rows(("list", list_id), lambda: load_words(find_list(list_id)))


def find_shared_list_by_slug(slug: str) -> MailingList | None:
    """Return the list with this slug."""
    return find_cached_rows(("slug", slug), lambda: load_words(find_list_by_slug(slug)))


def load_words(mailing_list: L) -> L:
    """Return a list after its words in all languages were read, before it belongs to no session."""
    if mailing_list is not None:
        list_all_words(mailing_list)
    return mailing_list


def list_shared_questions(list_id: int) -> Sequence[Question]:
    """Return the questions that the page of a list asks."""
    return find_cached_rows(("questions", list_id), lambda: list_open_questions(list_id))


def list_shared_asked(list_id: int) -> Sequence[Question]:
    """Return the questions of a list, the closed ones too."""
    return find_cached_rows(("asked", list_id), lambda: list_questions(list_id))


def list_shared_territories() -> Sequence[tuple[MailingList, Territory]]:
    """Return the open lists that have a territory."""
    return find_cached_rows("territories", list_open_territories)


def list_shared_boxes_of(list_ids: Sequence[int], language: str) -> Sequence[SignupBox]:
    """Return the boxes of some lists."""
    key = ("boxes of", tuple(list_ids), language)
    return find_cached_rows(key, lambda: list_boxes_of(list_ids, language))


def find_shared_current_wording(purpose_id: int, language: str) -> Wording | None:
    """Return the newest version of a purpose's wording in a language."""
    key = ("current wording", purpose_id, language)
    return find_cached_rows(key, lambda: find_current_wording(purpose_id, language))


def list_shared_purpose_ids(list_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a list has and had."""
    return find_cached_rows(("purposes", list_id), lambda: list_purpose_ids(list_id))


def get_shared_list(list_id: int) -> MailingList:
    """Return the list with this id. Raises LookupError."""
    found = find_shared_list(list_id)
    if found is None:
        raise LookupError(list_id)
    return found


def find_shared_list_of(purpose_id: int) -> MailingList | None:
    """Return the list that has or had a purpose, if there is one."""
    return find_cached_rows(
        ("list of purpose", purpose_id), lambda: find_list_of_purpose(purpose_id)
    )
