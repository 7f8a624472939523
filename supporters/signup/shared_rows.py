"""The rows that all signups share, kept in this process under an edition of the site (ADR 061).

They are read in a session of their own and belong to none afterwards: they are never changed.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from flask import current_app

from supporters.consent.controllers import (
    current_controller,
    current_identity,
    find_controller,
)
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Controller, PageSnapshot, Wording
from supporters.consent.queries import find_current_wording
from supporters.database import db, transaction
from supporters.lists.list_territories import list_open_territories
from supporters.lists.list_words import list_all_words
from supporters.lists.models import MailingList
from supporters.lists.queries import (
    find_list,
    find_list_by_slug,
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
from supporters.site_edition import keep
from supporters.territory.rules import Territory

T = TypeVar("T")
L = TypeVar("L", MailingList, MailingList | None)


def list_shared_boxes(edition: str, slug: str, language: str) -> Sequence[SignupBox]:
    """Return the boxes of a signup page, as `list_signup_boxes`."""
    return _keep(edition, ("boxes", slug, language), lambda: list_signup_boxes(slug, language))


def list_shared_open(edition: str) -> Sequence[MailingList]:
    """Return the lists that people can join."""
    return _keep(edition, "open lists", lambda: [*map(load_words, list_open_lists())])


def list_shared_ticked(edition: str, wording_ids: Sequence[int]) -> Sequence[TickedBox]:
    """Return the boxes of some wordings, in this order."""
    return _keep(edition, ("ticked", *wording_ids), lambda: list_ticked_boxes(wording_ids))


def find_shared_list(edition: str, list_id: int) -> MailingList | None:
    """Return the list with this id."""
    return _keep(edition, ("list", list_id), lambda: load_words(find_list(list_id)))


def find_shared_list_by_slug(edition: str, slug: str) -> MailingList | None:
    """Return the list with this slug."""
    return _keep(edition, ("slug", slug), lambda: load_words(find_list_by_slug(slug)))


def load_words(mailing_list: L) -> L:
    """Return a list after its words in all languages were read, before it belongs to no session."""
    if mailing_list is not None:
        list_all_words(mailing_list)
    return mailing_list


def list_shared_questions(edition: str, list_id: int) -> Sequence[Question]:
    """Return the questions that the page of a list asks."""
    return _keep(edition, ("questions", list_id), lambda: list_open_questions(list_id))


def list_shared_asked(edition: str, list_id: int) -> Sequence[Question]:
    """Return the questions of a list, the closed ones too."""
    return _keep(edition, ("asked", list_id), lambda: list_questions(list_id))


def list_shared_territories(edition: str) -> Sequence[tuple[MailingList, Territory]]:
    """Return the open lists that have a territory."""
    return _keep(edition, "territories", list_open_territories)


def list_shared_boxes_of(
    edition: str, list_ids: Sequence[int], language: str
) -> Sequence[SignupBox]:
    """Return the boxes of some lists."""
    key = ("boxes of", tuple(list_ids), language)
    return _keep(edition, key, lambda: list_boxes_of(list_ids, language))


def get_shared_page(edition: str, page_id: int) -> PageSnapshot:
    """Return a page snapshot, without its content."""
    return _keep(edition, ("page", page_id), lambda: db.session.get_one(PageSnapshot, page_id))


def get_shared_wording(edition: str, wording_id: int) -> Wording:
    """Return the wording with this id."""
    key = ("wording", wording_id)
    return _keep(edition, key, lambda: db.session.get_one(Wording, wording_id))


def find_shared_current_wording(edition: str, purpose_id: int, language: str) -> Wording | None:
    """Return the newest version of a purpose's wording in a language."""
    key = ("current wording", purpose_id, language)
    return _keep(edition, key, lambda: find_current_wording(purpose_id, language))


def list_shared_purpose_ids(edition: str, list_id: int) -> Sequence[int]:
    """Return the ids of the purposes that a list has and had."""
    return _keep(edition, ("purposes", list_id), lambda: list_purpose_ids(list_id))


def find_shared_controller(edition: str, event: AnyEvent) -> Controller | None:
    """Return the controller that an event names; None for the first events, which name none."""
    key = ("controller", event.controller_id)
    return _keep(edition, key, lambda: find_controller(event))


def get_shared_controller(edition: str) -> Controller:
    """Return the current controller. A new one is committed before it is kept."""
    identity = tuple(current_identity().values())
    return _keep(edition, ("controller", *identity), _find_or_add_controller)


def _find_or_add_controller() -> Controller:
    with transaction():
        return current_controller()


def _keep(edition: str, key: Hashable, find: Callable[[], T]) -> T:
    def read_apart() -> T:
        with current_app.app_context():
            return find()

    return keep(edition, key, read_apart)
