"""Makes the invitations of an approved import; what changed since the dry run counts again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from supporters import clock
from supporters.database import db, insert_many
from supporters.ids import new_id
from supporters.lists.queries import get_list
from supporters.signup.importing.judging import Asked, find_refused
from supporters.signup.importing.models import (
    Invitation,
    InvitationStatus,
    ListImport,
    Reason,
)
from supporters.signup.importing.states import IMPORT_STATES, ImportMove

COLUMNS = (
    *("id", "import_id", "approved_by_id", "status"),
    *("address", "address_mac", "given_name", "language"),
)


def invite_batch(
    list_import: ListImport, asked: Sequence[Asked], _refused: Mapping[int, Reason]
) -> None:
    """Store an invitation for each of some rows whose address may be asked."""
    if not asked:
        return
    now = clock.now()
    refused = find_refused(asked, get_list(list_import.mailing_list_id), now)
    once = {each.mac: each for each in reversed(asked) if each.mac not in refused}
    fitting = [*reversed(once.values())]
    first_id = max(new_id(now), 1 + (db.session.scalar(select(func.max(Invitation.id))) or 0))
    owner = (list_import.id, list_import.approved_by_id, InvitationStatus.WAITING.value)
    insert_many(
        Invitation.__tablename__,
        COLUMNS,
        [
            (row_id, *owner, candidate.address.text, mac, candidate.given_name, candidate.language)
            for row_id, (candidate, mac, _) in enumerate(fitting, start=first_id)
        ],
    )
    list_import.invited += len(fitting)


def end_inviting(list_import: ListImport) -> None:
    """Let the letters begin to leave; who fitted in the dry run and no longer did is counted."""
    IMPORT_STATES.transition(list_import, ImportMove.BEGIN_ASKING)
    list_import.asking_since = clock.now()
    list_import.skipped = list_import.fitting - list_import.invited
