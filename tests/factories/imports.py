"""Factories of imports: a file goes through the real use cases, up to a given state."""

import io
from collections.abc import Sequence

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.imports.file_upload import (
    DeclareResult,
    Provenance,
    ProvenanceDocument,
    Upload,
    UploadFailure,
    declare_provenance,
    upload_file,
)
from supporters.imports.import_approval import ApproveResult, approve_import, request_approval
from supporters.imports.import_files import open_import_file
from supporters.imports.import_jobs import process_import
from supporters.imports.models import (
    CollectionMethod,
    ImportFilePart,
    ImportHoldReason,
    ImportStatus,
    Invitation,
    ListImport,
    RejectionReason,
)
from supporters.imports.queries import find_import, iterate_rejections
from supporters.imports.rules import WAITING_TIME, RefusedOrigin
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug
from tests.factories.accounts import make_owner
from tests.factories.lists import make_list
from tests.factories.rows import count_rows

IMPORTER, APPROVER = "importer@parti.example", "approver@parti.example"


def owner(email: str) -> Organiser:
    """Return the owner with this address."""
    return find_organiser_by_email(email) or make_owner(email)


def national() -> MailingList:
    """Return the list that imports are for."""
    return find_list_by_slug("national") or make_list()


def csv_of(*rows: str, header: str = "email,first name,language") -> bytes:
    """Return a file with a header and rows."""
    return "".join(f"{line}\r\n" for line in [header, *rows]).encode()


def csv_of_many(count: int, prefix: str = "p") -> bytes:
    """Return a file with so many people."""
    return csv_of(*(f"{prefix}{number}@example.org" for number in range(count)), header="email")


def upload(content: bytes, *, by: str = IMPORTER) -> ListImport | UploadFailure:
    """Upload a file."""
    return upload_file(
        Upload(
            file=io.BytesIO(content),
            name="former.csv",
            mailing_list_id=national().id,
            language="fr",
            imported_by_id=owner(by).id,
        )
    )


def draft(content: bytes) -> int:
    """Upload a valid file; return the id of its import."""
    taken = upload(content)
    assert isinstance(taken, ListImport), taken
    return taken.id


def provenance(
    way: CollectionMethod | RefusedOrigin = CollectionMethod.PAPER,
    *,
    first: int = 2015,
    last: int = 2019,
    proof: bytes = b"%PDF",
) -> Provenance:
    """Return a provenance."""
    return Provenance(
        way=way,
        collected_by="la section de Brest",
        collected_from=first,
        collected_until=last,
        statement="Sur des fiches, aux stands du marché.",
        evidence=ProvenanceDocument(name="fiche.pdf", content=proof),
    )


def declared(content: bytes) -> int:
    """Upload a file and declare its provenance; return the id of its import."""
    import_id = draft(content)
    assert declare_provenance(import_id, provenance()) is DeclareResult.DONE
    return import_id


def process_file(import_id: int) -> ListImport:
    """Process the file; return the import after it."""
    for _ in process_import(import_id):
        pass
    return reload(import_id)


def checked(content: bytes) -> int:
    """Upload a file and run the dry run."""
    import_id = declared(content)
    process_file(import_id)
    return import_id


def waiting(content: bytes) -> int:
    """Upload a file, run the dry run, and request the approval."""
    import_id = checked(content)
    assert request_approval(import_id) is ApproveResult.DONE
    return import_id


def approved(content: bytes) -> int:
    """Upload a file, and have it approved."""
    import_id = waiting(content)
    assert approve_import(import_id, owner(APPROVER).id) is ApproveResult.DONE
    return import_id


def approve(import_id: int) -> None:
    """Have a checked import approved, and create its invitations."""
    assert request_approval(import_id) is ApproveResult.DONE
    assert approve_import(import_id, owner(APPROVER).id) is ApproveResult.DONE
    process_file(import_id)
    end_waiting_time(import_id)
    queue.open().flush()


def lift_limit(import_id: int) -> None:
    """Let an approved import invite any number of people, as those of before the limit."""
    with transaction():
        db.session.get_one(ListImport, import_id).most_invited = None


def text_of_file(import_id: int) -> str:
    """Return the content of the file of an import."""
    with open_import_file(reload(import_id)) as file:
        return file.read().decode()


def count_parts() -> int:
    """Return how many parts of files are stored."""
    db.session.rollback()
    return count_rows(ImportFilePart)


def end_waiting_time(import_id: int) -> None:
    """Let the waiting time of an approved import be over."""
    with transaction():
        sending = db.session.get_one(ListImport, import_id)
        sending.approved_at = clock.now() - WAITING_TIME
        sending.asking_since = clock.now()


def invited(content: bytes) -> int:
    """Upload a file, have it approved, and create its invitations."""
    import_id = checked(content)
    approve(import_id)
    return import_id


def held(content: bytes) -> int:
    """Upload a file whose emails were rejected too often, so that the import is held."""
    import_id = invited(content)
    with transaction():
        stopped = db.session.get_one(ListImport, import_id)
        stopped.status, stopped.held_at = ImportStatus.HELD, clock.now()
        stopped.hold_reason = ImportHoldReason.REJECTED
    return import_id


def reload(import_id: int) -> ListImport:
    """Return an import, read again from the database."""
    db.session.rollback()
    db.session.expire_all()
    found = find_import(import_id)
    assert found is not None
    return found


def refusals(import_id: int) -> dict[int, RejectionReason]:
    """Return the rejected rows (line: reason)."""
    return dict(iterate_rejections(import_id))


def invitations() -> Sequence[Invitation]:
    """Return all invitations, in the order of the file."""
    db.session.rollback()
    return db.session.scalars(db.select(Invitation).order_by(Invitation.id)).all()
