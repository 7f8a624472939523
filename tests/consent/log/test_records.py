"""The canonical text of a record: what is sealed must read the same in ten years."""

from datetime import UTC, datetime, timedelta, timezone

from supporters.consent.log.records import Record, hash_leaf, moment


def test_the_text_is_json_with_sorted_names_and_no_white_space() -> None:
    record = Record("wording", 7, {"text": 'Élu·e \u2028 "oui"', "about": None, "version": 2})
    assert record.text == (
        '{"about":null,"id":"7","kind":"wording","schema":"supporters.consent/1",'
        '"text":"Élu·e \u2028 \\"oui\\"","version":2}'
    )


def test_the_commitment_and_the_leaf_stay_what_they_were() -> None:
    record = Record("purpose", 1, {"about": "newsletter"})
    leaf = hash_leaf(record.kind, record.id, record.commitment)
    assert (record.commitment.hex(), leaf.hex()) == (
        "b8d35b6058b4cf0cbe42bb2c870b944f1ff8dfd8a11648a246f6fd0a2c232a1e",
        "ac6a4370404011041523c1f8e3c12e4f2e3e42795ba7e24843368fd021436644",
    )


def test_the_same_fields_under_another_key_are_another_commitment() -> None:
    fields = {"about": "newsletter"}
    first, second = Record("purpose", 1, fields), Record("purpose", 1, fields, b"k" * 32)
    assert first.commitment != second.commitment


def test_a_moment_is_written_in_utc_to_the_microsecond() -> None:
    paris = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 7, 1, 12, 0, tzinfo=paris)) == "2026-07-01T10:00:00.000000Z"
    assert moment(datetime(2026, 7, 1, 10, 0, 0, 5, tzinfo=UTC)) == "2026-07-01T10:00:00.000005Z"
