"""Remembers with which browsers and from which networks an account signed in."""

from datetime import datetime, timedelta

from sqlalchemy import select

from supporters.audit_log.audit_events import network_mac
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.sign_in.session_models import KnownDevice

REMEMBERED_FOR = timedelta(days=180)


def is_known_network(organiser_id: int, network: str) -> bool:
    """Tell whether an account signed in from a network before."""
    found = select(KnownDevice.browser).where(
        KnownDevice.organiser_id == organiser_id, KnownDevice.network_mac == network_mac(network)
    )
    return db.session.scalar(found.limit(1)) is not None


@in_transaction
def remember_device(organiser_id: int, network: str, browser: str, *, now: datetime) -> bool:
    """Remember a browser in a network; tell whether it is new, and not the account's first one."""
    mac = network_mac(network)
    row = db.session.get(KnownDevice, (organiser_id, mac, browser))
    if row is not None:
        row.used_at = now
        return False
    others = db.session.scalar(
        select(KnownDevice.browser).where(KnownDevice.organiser_id == organiser_id).limit(1)
    )
    row = KnownDevice(organiser_id=organiser_id, network_mac=mac, browser=browser, used_at=now)
    db.session.add(row)
    return others is not None


@use_case
def purge_known_devices(now: datetime) -> int:
    """Delete the devices that were not used for half a year; return how many."""
    return delete_where(KnownDevice, KnownDevice.used_at <= now - REMEMBERED_FOR)
