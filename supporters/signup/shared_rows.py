"""The rows that all signups share, kept in this process under an edition of the site (ADR 061).

They are read in a session of their own and belong to none afterwards: they are never changed.
Without an edition they are read in the open session (`keep_rows`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from supporters.consent.controllers import get_shared_controller
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Controller, PageSnapshot, Purpose, Wording
from supporters.consent.queries import find_current_wording
from supporters.database import Model, db
from supporters.fast_path.site_edition import keep_rows
from supporters.lists.list_territories import list_open_territories
from supporters.lists.list_words import list_all_words
from supporters.lists.models import MailingList
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

M = TypeVar("M", bound=Model)
L = TypeVar("L", MailingList, MailingList | None)


def list_shared_boxes(edition: str | None, slug: str, language: str) -> Sequence[SignupBox]:
    """Return the boxes of a signup page, as `list_signup_boxes`."""
    return keep_rows(edition, ("boxes", slug, language), lambda: list_signup_boxes(slug, language))


def list_shared_open(edition: str | None) -> Sequence[MailingList]:
    """Return the lists that people can join."""
    return keep_rows(edition, "open lists", lambda: [*map(load_words, list_open_lists())])


def list_shared_ticked(edition: str | None, wording_ids: Sequence[int]) -> Sequence[TickedBox]:
    """Return the boxes of some wordings, in this order."""
    return keep_rows(edition, ("ticked", *wording_ids), lambda: list_ticked_boxes(wording_ids))


def find_shared_list(edition: str | None, list_id: int) -> MailingList | None:
    """Return the list with this id."""
    return keep_rows(edition, ("list", list_id), lambda: load_words(find_list(list_id)))


def find_shared_list_by_slug(edition: str | None, slug: str) -> MailingList | None:
    """Return the list with this slug."""
    return keep_rows(edition, ("slug", slug), lambda: load_words(find_list_by_slug(slug)))


def load_words(mailing_list: L) -> L:
    """Return a list after its words in all languages were read, before it belongs to no session."""
    if mailing_list is not None:
        list_all_words(mailing_list)
    return mailing_list


def list_shared_questions(edition: str | None, list_id: int) -> Sequence[Question]:
    """Return the questions that the page of a list asks."""
    return keep_rows(edition, ("questions", list_id), lambda: list_open_questions(list_id))


def list_shared_asked(edition: str | None, list_id: int) -> Sequence[Question]:
    """Return the questions of a list, the closed ones too."""
    return keep_rows(edition, ("asked", list_id), lambda: list_questions(list_id))


def list_shared_territories(edition: str | None) -> Sequence[tuple[MailingList, Territory]]:
    """Return the open lists that have a territory."""
    return keep_rows(edition, "territories", list_open_territories)


def list_shared_boxes_of(
    edition: str | None, list_ids: Sequence[int], language: str
) -> Sequence[SignupBox]:
    """Return the boxes of some lists."""
    key = ("boxes of", tuple(list_ids), language)
    return keep_rows(edition, key, lambda: list_boxes_of(list_ids, language))


def get_shared_page(edition: str | None, page_id: int) -> PageSnapshot:
    """Return a page snapshot, without its content."""
    return _get(edition, PageSnapshot, page_id)


def get_shared_wording(edition: str | None, wording_id: int) -> Wording:
    """Return the wording with this id."""
    return _get(edition, Wording, wording_id)


def find_shared_current_wording(
    edition: str | None, purpose_id: int, language: str
) -> Wording | None:
    """Return the newest version of a purpose's wording in a language."""
    key = ("current wording", purpose_id, language)
    return keep_rows(edition, key, lambda: find_current_wording(purpose_id, language))


def list_shared_purpose_ids(edition: str | None, list_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a list has and had."""
    return keep_rows(edition, ("purposes", list_id), lambda: list_purpose_ids(list_id))


def find_shared_controller(edition: str | None, event: AnyEvent) -> Controller | None:
    """Return the controller that an event names; None for the first events, which name none."""
    return None if event.controller_id is None else _get(edition, Controller, event.controller_id)


@dataclass(frozen=True)
class SharedRows:
    """The rows for a plan. The edition is None within a transaction of the session."""

    edition: str | None

    def get_list(self, list_id: int) -> MailingList:
        """Return the list with this id. Raises LookupError."""
        found = find_shared_list(self.edition, list_id)
        if found is None:
            raise LookupError(list_id)
        return found

    def get_purpose(self, purpose_id: int) -> Purpose:
        """Return the purpose with this id."""
        return _get(self.edition, Purpose, purpose_id)

    def get_wording(self, wording_id: int) -> Wording:
        """Return the wording with this id."""
        return get_shared_wording(self.edition, wording_id)

    def get_page(self, page_id: int) -> PageSnapshot:
        """Return the page snapshot with this id, without its content."""
        return get_shared_page(self.edition, page_id)

    def get_controller(self, controller_id: int) -> Controller:
        """Return the controller with this id."""
        return _get(self.edition, Controller, controller_id)

    def find_list_of(self, purpose_id: int) -> MailingList | None:
        """Return the list that has or had a purpose, if there is one."""
        key = ("list of purpose", purpose_id)
        return keep_rows(self.edition, key, lambda: find_list_of_purpose(purpose_id))

    def current_controller_id(self) -> int:
        """Return the id of the current controller; add it if its identity is new."""
        return get_shared_controller(self.edition).id


def _get(edition: str | None, kind: type[M], row_id: int) -> M:
    return keep_rows(edition, (kind, row_id), lambda: db.session.get_one(kind, row_id))
