"""Each column of the log is sealed, or not for a reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, LargeBinary, String

from supporters.consent.models import ConsentEvent, Controller, PageSnapshot, Purpose, Wording
from supporters.consent.record_forms import (
    describe_controller,
    describe_disclosure,
    describe_email_snapshot,
    describe_erasure,
    describe_event,
    describe_page,
    describe_purpose,
    describe_restoration,
    describe_wording,
)
from supporters.consent.record_models import Disclosure, EmailSnapshot, Erasure, Restoration
from supporters.database import UtcDateTime
from supporters.transparency_log.log_records import LogRecord

NOT_IN_THE_RECORD = {
    "consent_event.subscriber_id": "the record stands under the person's key instead",
    "disclosure.subscriber_id": "the record stands under the person's key instead",
    "page_snapshot.content": "its hash is sealed, and compared when it is opened",
    "email_snapshot.content": "its hash is sealed, and compared when it is opened",
    "erasure.records": "only the first erasures have it",
    "erasure.sealed_list": "its hash is in the record",
}


def describe_with_others(event: ConsentEvent) -> LogRecord:
    """Return the record of an event, as the use cases make it."""
    wording = Wording(id=event.wording_id, version=1, language="fr", text_hash="x")
    page = PageSnapshot(id=event.page_snapshot_id, content_hash="x")
    controller = Controller(id=event.controller_id, name="x", address="x", contact="x")
    return describe_event(event, wording, page, controller=controller, key=bytes(32))


DESCRIBED: dict[type[Any], Callable[[Any], LogRecord]] = {
    ConsentEvent: describe_with_others,
    Purpose: describe_purpose,
    Wording: describe_wording,
    PageSnapshot: describe_page,
    Controller: describe_controller,
    EmailSnapshot: describe_email_snapshot,
    Erasure: lambda erasure: describe_erasure(erasure, key=bytes(32)),
    Disclosure: describe_disclosure,
    Restoration: lambda restoration: describe_restoration(restoration, key=bytes(32)),
}


def value_of(column: Column[Any], number: int) -> Any:
    """Return the first or the second of two possible values of a column."""
    match column.type:
        case UtcDateTime():
            return datetime(2026, 7, number, tzinfo=UTC)
        case LargeBinary():
            return bytes([number])
        case String() if hasattr(column.type, "enum_class"):
            return [*column.type.enum_class, None][number - 1]
        case String():
            return str(number)
        case _:
            return number


@pytest.mark.parametrize("model", DESCRIBED, ids=lambda model: model.__tablename__)
def test_every_column_is_in_the_record(model: type[Any]) -> None:
    describe, columns = DESCRIBED[model], model.__table__.columns
    values = {column.name: value_of(column, 1) for column in columns}
    sealed = describe(model(**values)).text
    unsealed = [
        f"{column.table.name}.{column.name}"
        for column in columns
        if describe(model(**{**values, column.name: value_of(column, 2)})).text == sealed
    ]
    assert [each for each in unsealed if each not in NOT_IN_THE_RECORD] == []


def test_every_excluded_name_is_a_column() -> None:
    names = {f"{c.table.name}.{c.name}" for model in DESCRIBED for c in model.__table__.columns}
    assert set(NOT_IN_THE_RECORD) <= names
