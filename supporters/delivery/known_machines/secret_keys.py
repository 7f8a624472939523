"""The rotation of the secret keys over all machines: where each key is in use, and the next step.

No form and no link fails if a key signs only once every process has it: first it stands behind the
others on every machine, then in front. At the end all values are encrypted anew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func, select, update

from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.machine_list import keys_of, list_living_machines, note_keys
from supporters.delivery.models import Machine, SecretKey
from supporters.extensions import current_encryptor

AT_ONCE = 1_000
NO_KEY, ANEW = "none", "anew"
HERE = "this command"


class RotationStep(StrEnum):
    """The step that a rotation waits for."""

    NO_NEW_KEY = "no_new_key"
    ADD_BEHIND = "add_behind"
    MOVE_IN_FRONT = "move_in_front"
    ENCRYPT_ANEW = "encrypt_anew"


@dataclass(frozen=True)
class RotationState:
    """The step of a rotation, its key, and the machines that the step waits for.

    `ahead` are those whose key is in front before all machines have it.
    """

    step: RotationStep
    key: str | None = None
    waits_for: Sequence[str] = ()
    ahead: Sequence[str] = ()


@dataclass(frozen=True)
class EncryptedAnew:
    """How many values were encrypted anew, and by place how many no key opens."""

    changed: int
    unopened: dict[str, int]


def list_secret_keys() -> Sequence[SecretKey]:
    """Return the keys that a machine ever had, the newest first."""
    order = func.coalesce(SecretKey.newest_at, SecretKey.seen_at).desc()
    return db.session.scalars(select(SecretKey).order_by(order, SecretKey.fingerprint)).all()


def count_uses() -> dict[str, Counter[str]]:
    """Return for each table how many of its encrypted values each key encrypts, NO_KEY included."""
    return {
        table.name: Counter(
            current_encryptor().find_key(each) or NO_KEY
            for each in db.session.scalars(_encrypted(table)).yield_per(AT_ONCE)
        )
        for table in _tables()
    }


def list_unopened(uses: dict[str, Counter[str]]) -> dict[str, int]:
    """Return how many values no key opens, by table and column."""
    return {f"{table}.encrypted": each[NO_KEY] for table, each in uses.items() if each[NO_KEY]}


def find_rotation() -> RotationState:
    """Return where the rotation stands."""
    now = database_time()
    newest_once = {each.fingerprint for each in list_secret_keys() if each.newest_at is not None}
    rings = {HERE: [[*current_encryptor().fingerprints]]}
    rings |= {name_of(each): keys_of(each, now) for each in list_living_machines()}
    return find_step(rings, newest_once)


def find_step(rings: dict[str, list[list[str]]], newest_once: set[str]) -> RotationState:
    """Return the step of a rotation, from the keys of each process and those that were newest."""
    fresh = {key for each in rings.values() for keys in each for key in keys} - newest_once
    if not fresh or not newest_once:
        return RotationState(RotationStep.NO_NEW_KEY)
    key = min(fresh)
    lacking = [name for name, each in rings.items() if any(key not in keys for keys in each)]
    ahead = [name for name, each in rings.items() if any(keys[0] == key for keys in each)]
    behind = [name for name, each in rings.items() if any(keys[0] != key for keys in each)]
    if lacking:
        return RotationState(RotationStep.ADD_BEHIND, key, lacking, ahead)
    if behind:
        return RotationState(RotationStep.MOVE_IN_FRONT, key, behind)
    return RotationState(RotationStep.ENCRYPT_ANEW, key)


def name_of(machine: Machine) -> str:
    """Return the name of a machine as people know it, with the beginning of ours."""
    return f"{machine.host or 'machine'} ({machine.name[:12]})"


def end_rotation(key: str) -> EncryptedAnew:
    """Encrypt everything with the newest key, but for values that no key opens.

    The key counts as the newest from now on: it signs all links.
    """
    uses = {table.name: _encrypt_anew(table) for table in _tables()}
    with transaction():
        now = database_time()
        note_keys(now)
        db.session.get_one(SecretKey, key).newest_at = now
        count = sum(each[ANEW] for each in uses.values())
        record_team_act(DeliveryAct.KEYS_ROTATED, details={"key": key, "count": count})
    return EncryptedAnew(count, list_unopened(uses))


def _tables() -> list[Table]:
    return [
        table
        for _, table in sorted(db.metadata.tables.items())
        if "encrypted" in table.columns and len(table.primary_key.columns) == 1
    ]


def _encrypted(table: Table) -> Any:
    column = table.columns["encrypted"]
    return select(column).where(column.is_not(None))


def _encrypt_anew(table: Table) -> Counter[str]:
    """Encrypt the values of a table, some at a time, that another key encrypted; count them."""
    key, column = next(iter(table.primary_key.columns)), table.columns["encrypted"]
    counted, last, newest = Counter[str](), None, current_encryptor().fingerprints[0]
    while True:
        with transaction():
            some = select(key, column).where(column.is_not(None)).order_by(key).limit(AT_ONCE)
            if last is not None:
                some = some.where(key > last)
            rows = db.session.execute(some.with_for_update()).all()
            for row_id, encrypted in rows:
                found = current_encryptor().find_key(encrypted)
                counted[NO_KEY] += found is None
                if found not in {newest, None}:
                    anew = current_encryptor().reencrypt(encrypted)
                    order = update(table).where(key == row_id).values(encrypted=anew)
                    db.session.execute(order)
                    counted[ANEW] += 1
        if not rows:
            return counted
        last = rows[-1][0]
