"""An import needs a stated provenance, and a list from a vendor is refused."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.database import db, transaction
from supporters.imports.encodings import TextError, UndecodableText
from supporters.imports.file_formats import Columns, HeaderError
from supporters.imports.file_upload import (
    MAX_EVIDENCE_BYTES,
    DeclareResult,
    DescribeResult,
    ProvenanceDocument,
    Upload,
    UploadError,
    declare_provenance,
    describe_columns,
    preview_rows,
    upload_file,
)
from supporters.imports.import_approval import cancel_import
from supporters.imports.models import ImportStatus, ListImport
from supporters.imports.queries import find_evidence
from supporters.imports.row_reader import ImportRow
from supporters.imports.rules import RefusedOrigin
from tests.factories.accounts import make_organiser
from tests.factories.imports import count_parts, csv_of, draft, national, provenance, reload, upload

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

GOOD = csv_of("anne@example.org,Zoé,fr")


def test_a_list_from_a_vendor_or_of_unknown_origin_is_refused() -> None:
    import_id = draft(GOOD)
    for way in RefusedOrigin:
        assert declare_provenance(import_id, provenance(way)) is DeclareResult.REFUSED_METHOD
        found = reload(import_id)
        assert (found.status, found.way) == (ImportStatus.DRAFT, None)


@pytest.mark.both_databases
def test_the_database_has_no_value_for_refused_origins() -> None:
    import_id = draft(GOOD)
    for way in RefusedOrigin:
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(
                text("UPDATE list_import SET way = :way WHERE id = :id"),
                {"way": way.value, "id": import_id},
            )


@pytest.mark.both_databases
def test_the_database_rejects_an_import_without_a_provenance() -> None:
    import_id = draft(GOOD)
    for status in ("checking", "checked", "waiting", "making", "asking"):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(f"UPDATE list_import SET status = '{status}'"))
    assert reload(import_id).status is ImportStatus.DRAFT


def test_an_impossible_provenance_is_rejected() -> None:
    cases = [
        (provenance(first=2019, last=2015), DeclareResult.NOT_A_PERIOD),
        (provenance(first=1989), DeclareResult.NOT_A_PERIOD),
        (provenance(last=2999), DeclareResult.NOT_A_PERIOD),
        (provenance(proof=b""), DeclareResult.NO_EVIDENCE),
        (provenance(proof=b"x" * (MAX_EVIDENCE_BYTES + 1)), DeclareResult.EVIDENCE_TOO_LARGE),
    ]
    faults = [
        stated for stated, fault in cases if declare_provenance(draft(GOOD), stated) is not fault
    ]
    assert not faults


@pytest.mark.both_databases
def test_the_document_is_stored_with_the_provenance() -> None:
    import_id = draft(GOOD)
    assert declare_provenance(import_id, provenance(proof=b"a form")) is DeclareResult.DONE
    evidence = find_evidence(import_id)
    assert evidence is not None
    assert ProvenanceDocument(name=evidence.name, content=evidence.content) == ProvenanceDocument(
        name="fiche.pdf", content=b"a form"
    )


def test_a_provenance_is_declared_once() -> None:
    import_id = draft(GOOD)
    declare_provenance(import_id, provenance())
    assert declare_provenance(import_id, provenance()) is DeclareResult.NOT_NOW


def test_the_preview_shows_the_first_rows_as_they_are_read() -> None:
    for encoding in ["utf-8", "utf-8-sig", "cp1252", "utf-16"]:
        for delimiter in [",", ";", "\t"]:
            content = csv_of("anne@example.org,Zoé,fr").decode().replace(",", delimiter)
            rows = preview_rows(reload(draft(content.encode(encoding))))
            assert [row.line for row in rows] == [2]
            taken = rows[0].taken
            assert isinstance(taken, ImportRow)
            assert (taken.address.text, taken.given_name) == ("anne@example.org", "Zoé")


@pytest.mark.both_databases
def test_the_file_is_deleted_with_the_import() -> None:
    import_id = draft(GOOD)
    assert count_parts() == 1
    cancel_import(import_id)
    assert (count_parts(), reload(import_id).encrypted) == (0, None)


def test_the_same_file_uploaded_twice_is_the_same_import() -> None:
    assert draft(GOOD) == draft(GOOD)
    assert count_parts() == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", TextError.EMPTY),
        (b"PK\x03\x04", TextError.WORKBOOK),
        (b"%PDF-1.7", TextError.BINARY),
        (b"anne@example.org,Anne,fr\n", HeaderError.NO_HEADER),
    ],
)
def test_an_unreadable_file_is_rejected_and_not_stored(content: bytes, refusal: object) -> None:
    assert upload(content) is refusal
    assert count_parts() == 0


def test_a_file_with_invalid_bytes_is_rejected_with_their_line() -> None:
    refused = upload("email\nZoé\n".encode() + b"\xff\n")
    assert isinstance(refused, UndecodableText)
    assert (refused.line, count_parts()) == (3, 0)


def test_only_an_owner_can_upload_a_file() -> None:
    with Path(__file__).open("rb") as file:
        refused = upload_file(
            Upload(
                file=file,
                name="x.csv",
                mailing_list_id=national().id,
                language="fr",
                imported_by_id=make_organiser().id,
            )
        )
    assert (refused, count_parts()) == (UploadError.NOT_AN_OWNER, 0)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        (Columns(address=2, given_name=1), DescribeResult.DONE),
        (Columns(given_name=1), DescribeResult.NO_ADDRESS),
        (Columns(address=3), DescribeResult.NO_ADDRESS),
        (Columns(address=0, given_name=0), DescribeResult.SAME_COLUMN_TWICE),
        (Columns(address=0, language=9), DescribeResult.SAME_COLUMN_TWICE),
    ],
)
def test_the_importer_chooses_the_columns(columns: Columns, outcome: DescribeResult) -> None:
    assert describe_columns(draft(GOOD), columns) is outcome


def test_without_a_column_of_addresses_there_is_no_dry_run() -> None:
    import_id = draft(csv_of("Anne,Lyon", header="name,town"))
    assert declare_provenance(import_id, provenance()) is DeclareResult.NO_ADDRESS_COLUMN
    assert isinstance(reload(import_id), ListImport)
