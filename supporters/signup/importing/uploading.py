"""Takes the file of a former list, and says what is in it; nothing is done with it yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import BinaryIO

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.database import db, transaction
from supporters.organisers.queries import find_organiser
from supporters.signup.importing.decoding import BrokenText, NotText, find_encoding
from supporters.signup.importing.keeping import KeptFile, drop_file, keep_file
from supporters.signup.importing.models import MAX_FILE_NAME, ImportStatus, ListImport
from supporters.signup.importing.recognising import HeaderFault, Layout, recognise
from supporters.signup.importing.states import ENDED

log = structlog.get_logger(__name__)


class UploadRefused(Enum):
    """Why a file wasn't taken."""

    NOT_AN_OWNER = auto()
    NOT_STORED = auto()


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file, who brings it, for which list, and the language of those of whom it says nothing."""

    file: BinaryIO
    name: str
    mailing_list_id: int
    language: str
    imported_by_id: int


Refusal = UploadRefused | NotText | HeaderFault | BrokenText


def take_file(upload: Upload) -> ListImport | Refusal:
    """Keep a file as the draft of an import; the same file for the same list is the same draft."""
    if not _is_owner(upload.imported_by_id):
        return UploadRefused.NOT_AN_OWNER
    began = clock.now()
    try:
        encoding = find_encoding(upload.file)
        if isinstance(encoding, NotText):
            return encoding
        kept = keep_file(upload.file, encoding)
    except BrokenText as broken:
        return broken
    except OSError:
        return UploadRefused.NOT_STORED
    layout = recognise(kept.head) if kept.head else NotText.EMPTY
    if isinstance(layout, Layout):
        return _store(upload, kept, layout, began=began)
    drop_file(kept.key)
    return layout


def _is_owner(organiser_id: int) -> bool:
    organiser = find_organiser(organiser_id)
    return organiser is not None and organiser.is_owner_at_work


def _store(upload: Upload, kept: KeptFile, layout: Layout, *, began: datetime) -> ListImport:
    with transaction():
        known = _find_same(upload, kept)
        if known is None:
            draft = _make_draft(upload, kept, layout)
            draft.created_at = began
            db.session.add(draft)
            db.session.flush()
            log.info("import.uploaded", id=draft.id, format=draft.format.value)
            return draft
    drop_file(kept.key)
    return known


def _find_same(upload: Upload, kept: KeptFile) -> ListImport | None:
    return db.session.scalar(
        select(ListImport).where(
            ListImport.file_hash == kept.content_hash,
            ListImport.mailing_list_id == upload.mailing_list_id,
            ListImport.imported_by_id == upload.imported_by_id,
            ListImport.status.not_in(ENDED),
        )
    )


def _make_draft(upload: Upload, kept: KeptFile, layout: Layout) -> ListImport:
    return ListImport(
        mailing_list_id=upload.mailing_list_id,
        status=ImportStatus.DRAFT,
        language=upload.language,
        imported_by_id=upload.imported_by_id,
        file_name=upload.name[-MAX_FILE_NAME:],
        file_key=kept.key,
        file_hash=kept.content_hash,
        file_bytes=kept.size,
        delimiter=layout.delimiter,
        header=[*layout.header],
        format=layout.format,
        address_column=layout.columns.address,
        name_column=layout.columns.given_name,
        language_column=layout.columns.language,
        offset=0,
        line=0,
        refusals={},
    )
