"""The form of a sealed record never changes: a changed one would look altered."""

from datetime import UTC, datetime

from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    LawfulBasis,
    Method,
    PageSnapshot,
    Wording,
)
from supporters.consent.record_forms import describe_event

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WORDING = Wording(id=3, version=2, language="fr", text_hash="ab")
PAGE = PageSnapshot(id=4, content_hash="cd")
CONTROLLER = Controller(
    id=9, name="Parti", address="Paris", contact="a@b.fr", data_protection_officer="c@d.fr"
)
FIRST_FORM = (
    '{"evidence":"02","id":"7","kind":"confirmed","method":"link",'
    '"occurred_at":"2026-07-01T12:00:00.000000Z","page":{"id":4,"sha256":"cd"},'
    '"page_url":"https://x/","person":"01","purpose":5,"request":"6",'
    '"requested_at":"2026-07-01T12:00:00.000000Z","schema":"supporters.consent/1",'
    '"wording":{"id":3,"language":"fr","sha256":"ab","version":2}}'
)
SECOND_FORM = (
    '{"basis":"9(2)(a)","controller":{"address":"Paris","contact":"a@b.fr",'
    '"data_protection_officer":"c@d.fr","id":"9","name":"Parti"},'
    '"event_schema":"supporters.event/2","evidence"'
)


def event(controller_id: int | None, basis: LawfulBasis | None) -> ConsentEvent:
    """Return an event with a value in each field."""
    return ConsentEvent(
        id=7,
        kind=EventKind.CONFIRMED,
        address_mac=b"\1",
        purpose_id=5,
        wording_id=3,
        method=Method.LINK,
        page_url="https://x/",
        page_snapshot_id=4,
        request_id=6,
        requested_at=NOON,
        occurred_at=NOON,
        evidence=b"\2",
        controller_id=controller_id,
        basis=basis,
    )


def test_the_first_form_stays_what_it_was() -> None:
    record = describe_event(event(None, None), WORDING, PAGE, controller=None, key=bytes(32))
    assert record.text == FIRST_FORM


def test_the_second_form_has_the_controller_and_the_legal_basis() -> None:
    said = event(9, LawfulBasis.EXPLICIT_CONSENT)
    record = describe_event(said, WORDING, PAGE, controller=CONTROLLER, key=bytes(32))
    assert record.text == FIRST_FORM.replace('{"evidence"', SECOND_FORM)
