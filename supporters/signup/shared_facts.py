"""Lists, purposes, wordings, page snapshots and controllers by their ids, for all visitors.

A process keeps them under the edition of the site (ADR 061). The objects are rows of no session.
Within a transaction of the session nothing is kept: it may see rows that nobody else sees yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam, select

from supporters.consent.controllers import current_controller, current_identity
from supporters.consent.models import Controller, PageSnapshot, Purpose, Wording
from supporters.database import Model, is_in_transaction, use_case
from supporters.lists.models import ListPurpose, ListText, MailingList
from supporters.prepared_statements import Call, Row, Statement
from supporters.site_edition import keep

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Fetch = Callable[[Call], list[Row]]
COLUMNS: dict[type[Model], tuple[str, ...]] = {
    MailingList: ("id", "slug", "language", "name", "purpose_id", "closed_at"),
    Purpose: ("id", "kind", "succeeds_id"),
    Wording: ("id", "purpose_id", "language", "version", "text", "text_hash"),
    PageSnapshot: ("id", "language", "content_hash"),
    Controller: ("id", "name", "address", "contact", "data_protection_officer"),
}
_FIND = {
    kind: Statement(
        select(*(getattr(kind, name) for name in names)).where(
            cast(Any, kind).id == bindparam("row_id")
        )
    )
    for kind, names in COLUMNS.items()
}
_FIND_TEXTS = Statement(
    select(ListText.language, ListText.name, ListText.description)
    .where(ListText.mailing_list_id == bindparam("row_id"))
    .order_by(ListText.language)
)
_FIND_LIST_OF_PURPOSE = Statement(
    select(ListPurpose.mailing_list_id).where(ListPurpose.purpose_id == bindparam("row_id"))
)
_FIND_CONTROLLER = Statement(
    select(Controller.id).where(
        Controller.name == bindparam("name_now"),
        Controller.address == bindparam("address_now"),
        Controller.contact == bindparam("contact_now"),
        Controller.data_protection_officer == bindparam("officer_now"),
    )
)


class NotKept(Exception):
    """This process has not yet read something that all visitors share, of this edition."""


def refuse(_: Call) -> list[Row]:
    """Refuse to read: an exchange is under way. Raises NotKept."""
    raise NotKept


@dataclass(frozen=True, eq=False)
class SharedFacts:
    """The rows that all visitors share. Without an edition nothing is kept."""

    fetch: Fetch
    edition: str | None = None

    def get_list(self, list_id: int) -> MailingList:
        """Return the list with this id, and its texts."""

        def read() -> MailingList:
            found = self._read(MailingList, list_id)
            found.texts = [
                ListText(language=language, name=name, description=description)
                for language, name, description in self.fetch(_FIND_TEXTS(row_id=list_id))
            ]
            return found

        return self._keep((MailingList, list_id), read)

    def get_purpose(self, purpose_id: int) -> Purpose:
        """Return the purpose with this id."""
        return self._get(Purpose, purpose_id)

    def get_wording(self, wording_id: int) -> Wording:
        """Return the wording with this id."""
        return self._get(Wording, wording_id)

    def get_page(self, page_id: int) -> PageSnapshot:
        """Return the page snapshot with this id, without its content."""
        return self._get(PageSnapshot, page_id)

    def get_controller(self, controller_id: int) -> Controller:
        """Return the controller with this id."""
        return self._get(Controller, controller_id)

    def find_list_of(self, purpose_id: int) -> int | None:
        """Return the id of the list that has or had a purpose, if there is one."""

        def read() -> int | None:
            rows = self.fetch(_FIND_LIST_OF_PURPOSE(row_id=purpose_id))
            return int(rows[0][0]) if rows else None

        return self._keep(("list of purpose", purpose_id), read)

    def current_controller_id(self) -> int:
        """Return the id of the current controller; add it if its identity is new."""
        identity = tuple(current_identity().values())
        return self._keep(("current controller", identity), self._find_controller)

    def _find_controller(self) -> int:
        if is_in_transaction():
            return current_controller().id
        name, address, contact, officer = current_identity().values()
        rows = self.fetch(
            _FIND_CONTROLLER(
                name_now=name, address_now=address, contact_now=contact, officer_now=officer
            )
        )
        return int(rows[0][0]) if rows else _add_current_controller()

    def _get(self, kind: type[M], row_id: int) -> M:
        return self._keep((kind, row_id), lambda: self._read(kind, row_id))

    def _read(self, kind: type[M], row_id: int) -> M:
        [row] = self.fetch(_FIND[kind](row_id=row_id))
        return kind(**dict(zip(COLUMNS[kind], row, strict=True)))

    def _keep(self, key: object, read: Callable[[], T]) -> T:
        return read() if self.edition is None else keep(self.edition, ("shared", key), read)


@use_case
def _add_current_controller() -> int:
    return current_controller().id
