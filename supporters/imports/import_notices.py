"""Tells the owners and the officer by email what happens with an import."""

from supporters.database import in_transaction
from supporters.imports.acts import ImportNotice
from supporters.imports.models import ImportHoldReason, ListImport
from supporters.imports.rules import WAITING_TIME
from supporters.lists.queries import get_list
from supporters.mail.links import link_to
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    owners_and_officer,
    put_notice,
)

HOUR_SECONDS = 3600
NOTICES_OF_HOLDS = {
    ImportHoldReason.REJECTED: ImportNotice.REJECTED,
    ImportHoldReason.FEW_ACCEPT: ImportNotice.RARELY_ACCEPTED,
    ImportHoldReason.MANY_DECLINE: ImportNotice.DECLINED,
}


@in_transaction
def notify_about_import(notice: Notice, list_import: ListImport) -> None:
    """Put a notice about an import into the outbox, for all owners and the officer."""
    values: dict[str, str | int] = {
        "actor": name_of_actor(),
        "file": list_import.file_name,
        "list": get_list(list_import.mailing_list_id).name,
        "people": _count_people(list_import),
        "hours": int(WAITING_TIME.total_seconds()) // HOUR_SECONDS,
        "invited": list_import.asked,
        "accepted": list_import.confirmed,
        "declined": list_import.declined,
        "tried": list_import.tried,
        "rejected": list_import.refused_lately,
    }
    url = link_to("console.show_import", import_id=list_import.id)
    put_notice(notice, owners_and_officer(), values, url=url)


def _count_people(list_import: ListImport) -> int:
    limit = list_import.most_invited
    return list_import.fitting if limit is None else min(list_import.fitting, limit)
