"""The canonical text of a record. It must stay the same for ten years."""

from datetime import UTC, datetime, timedelta, timezone

from supporters.transparency_log.log_records import LogRecord, format_moment, hash_leaf


def test_the_text_is_json_with_sorted_names_and_no_white_space() -> None:
    record = LogRecord("wording", 7, {"text": 'Élu·e \u2028 "oui"', "about": None, "version": 2})
    assert record.text == (
        '{"about":null,"id":"7","kind":"wording","schema":"supporters.consent/1",'
        '"text":"Élu·e \u2028 \\"oui\\"","version":2}'
    )


def test_the_commitment_and_the_leaf_never_change() -> None:
    record = LogRecord("purpose", 1, {"about": "newsletter"})
    leaf = hash_leaf(record.kind, record.id, record.commitment)
    assert (record.commitment.hex(), leaf.hex()) == (
        "1a3b6e6da72293cf99b83c00053c10b02dd3a50286ccf626e35b9edadf0f1103",
        "6ed5bf3d4466b09888ecf2f4ed5000761845682ee7ef7b2eb80411564020374a",
    )


def test_the_same_fields_under_another_key_have_another_commitment() -> None:
    fields = {"about": "newsletter"}
    first, second = LogRecord("purpose", 1, fields), LogRecord("purpose", 1, fields, b"k" * 32)
    assert first.commitment != second.commitment


def test_a_moment_is_written_in_utc_to_the_microsecond() -> None:
    paris = timezone(timedelta(hours=2))
    assert format_moment(datetime(2026, 7, 1, 12, 0, tzinfo=paris)) == "2026-07-01T10:00:00.000000Z"
    assert (
        format_moment(datetime(2026, 7, 1, 10, 0, 0, 5, tzinfo=UTC))
        == "2026-07-01T10:00:00.000005Z"
    )
