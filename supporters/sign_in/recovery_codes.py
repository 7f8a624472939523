"""Recovery codes: ten codes on paper, each of which replaces the second factor once."""

import hashlib
import secrets
from datetime import datetime

from flask import session
from sqlalchemy import BigInteger, LargeBinary, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.crypto.encryption import DecryptionFailed
from supporters.database import (
    Model,
    UtcDateTime,
    db,
    delete_where,
    foreign_key,
    in_transaction,
    use_case,
)
from supporters.extensions import current_encryptor
from supporters.ids import new_id
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.factor_notices import notify_account

CODES = 10
FEW_CODES = 3
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another one
CODE_LENGTH = 16  # 79 bits: a hash without a key can't be reversed by trying all
GROUP = 4
NEW_CODES = "new_recovery_codes"


class RecoveryCode(Model):
    """The hash of a code that was not used yet."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


def count_recovery_codes(organiser_id: int) -> int:
    """Return how many codes of an account are left."""
    rows = select(func.count()).where(RecoveryCode.organiser_id == organiser_id)
    return db.session.scalar(rows) or 0


@use_case
def make_recovery_codes(organiser_id: int) -> list[str]:
    """Make new codes for an account; the former ones are void. They can't be shown again."""
    codes = [_new_code() for _ in range(CODES)]
    now = clock.now()
    delete_recovery_codes(organiser_id)
    db.session.add_all(
        RecoveryCode(id=new_id(now), organiser_id=organiser_id, code_hash=_hash(code), made_at=now)
        for code in codes
    )
    record_act(SignInAct.RECOVERY_CODES_MADE, organiser_id)
    notify_account(organiser_id, SignInNotice.RECOVERY_CODES_MADE)
    return codes


def store_new_codes(codes: list[str]) -> None:
    """Store new codes in the session, encrypted, until the next page shows them."""
    session[NEW_CODES] = current_encryptor().encrypt(" ".join(codes).encode()).decode()


def pop_new_codes() -> list[str]:
    """Return the codes that were just made, and delete them from the session."""
    try:
        return current_encryptor().decrypt(session.pop(NEW_CODES, "").encode()).decode().split()
    except DecryptionFailed:
        return []


@in_transaction
def delete_recovery_codes(organiser_id: int) -> None:
    """Delete all codes of an account."""
    delete_where(RecoveryCode, RecoveryCode.organiser_id == organiser_id)


@in_transaction
def use_recovery_code(organiser_id: int, typed: str) -> bool:
    """Use up a code of an account. Return False if it is none, or was used before."""
    used = db.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.organiser_id == organiser_id, RecoveryCode.code_hash == _hash(typed))
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if used.first() is None:
        return False
    left = count_recovery_codes(organiser_id)
    record_act(SignInAct.RECOVERY_CODE_USED, organiser_id, {"left": left})
    notify_account(organiser_id, SignInNotice.RECOVERY_CODE_USED, {"left": left})
    return True


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[place : place + GROUP] for place in range(0, CODE_LENGTH, GROUP))


def _hash(code: str) -> bytes:
    """Return the hash of a code, however it was typed: capitals, spaces, no hyphens."""
    plain = "".join(each for each in code.lower() if each.isalnum())
    return hashlib.sha256(f"recovery code {plain}".encode()).digest()
