"""The data subject: a person we know, or an address that we don't know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from supporters.people.addresses import address_mac, parse_address, rate_mac, stored_address
from supporters.people.models import Subscriber

NOBODY = 0
ExportedValue = str | int | bool | datetime | None
ExportedRow = Mapping[str, ExportedValue]


@dataclass(frozen=True, kw_only=True)
class DataSubject:
    """The keys that find the rows of a person; `id` is 0 for a person we don't know."""

    id: int
    address_key: str
    address_mac: bytes
    rate_mac: bytes


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """A table that holds data on people.

    `export` returns the rows of a data subject; a table without it gives the reason in
    `not_exported`. `erase` deletes the rows; a table without it says in `not_erased` what happens
    to them. `columns_left_out` gives the reason for each column that isn't exported.
    """

    table: str
    export: Callable[[DataSubject], Sequence[ExportedRow]] | None = None
    not_exported: str = ""
    erase: Callable[[DataSubject], None] | None = None
    not_erased: str = ""
    columns_left_out: Mapping[str, str] = field(default_factory=dict)


def data_subject_of(subscriber: Subscriber) -> DataSubject:
    """Return the keys of a person."""
    address = stored_address(subscriber.address)
    return DataSubject(
        id=subscriber.id,
        address_key=subscriber.address_key,
        address_mac=subscriber.address_mac,
        rate_mac=rate_mac(address.rate_key),
    )


def data_subject_of_address(address: str, subscriber_id: int = NOBODY) -> DataSubject:
    """Return the keys for an address. Raises AddressInvalid."""
    parsed = parse_address(address)
    return DataSubject(
        id=subscriber_id,
        address_key=parsed.key,
        address_mac=address_mac(parsed.key),
        rate_mac=rate_mac(parsed.rate_key),
    )
