"""The birth of the log: its first checkpoint, sealed under the secret keys.

Write access to the database is not enough to begin the log again: the entries, the tiles and the
checkpoints can be deleted, but a first checkpoint that is another one than the sealed one shows it
(ADR 081). A database has the seal from its first migration on, at first without a checkpoint.
"""

import base64

from supporters.database import in_transaction
from supporters.people.data_keys import find_data_key, store_data_key
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_first_checkpoint, is_anything_sealed

BIRTH = "log-birth"
UNBORN = b"log-birth: none"


class LogBegunAgain(Exception):
    """The log isn't the one that began: its first checkpoint is missing or another one."""


def find_birth_fault() -> str:
    """Return why this isn't the log that began; an empty text if it is, or if none began yet."""
    sealed = find_data_key(BIRTH)
    if sealed is None:
        return "the seal of its first checkpoint is missing: it was deleted"
    first = find_first_checkpoint()
    if sealed == UNBORN:
        if first is None and is_anything_sealed():
            return "it has sealed entries and no checkpoint: its checkpoints were deleted"
        return "" if first is None else "it has checkpoints, and its seal says that it never began"
    if first is None:
        return "it began once, and has no checkpoint now: its entries were deleted"
    return "" if _is_same(first, sealed.decode()) else "its first checkpoint isn't the sealed one"


def check_birth() -> None:
    """Raise LogBegunAgain if this isn't the log that began."""
    if what := find_birth_fault():
        raise LogBegunAgain(what)


@in_transaction
def record_birth(first: LogCheckpoint) -> None:
    """Seal the first checkpoint, in the transaction that signs it."""
    store_data_key(BIRTH, first.checkpoint.encode())


def _is_same(first: LogCheckpoint, text: str) -> bool:
    """Compare the row with what was signed. Others may have signed it since."""
    body = text.partition("\n\n")[0]
    _, size, root, *_ = [*body.split("\n"), "", ""]
    is_row = (str(first.size), base64.b64encode(first.root).decode()) == (size, root)
    return is_row and first.checkpoint.partition("\n\n")[0] == body
