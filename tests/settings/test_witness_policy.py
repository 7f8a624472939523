"""The file of the witnesses is read as C2SP tlog-policy says, and its faults name the line."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters.config import SettingsError, load_settings
from supporters.crypto.signed_notes import COSIGNATURE, SIGNATURE, NoteVerifier
from supporters.settings.witness_policy import PolicyFault, parse_policy

DEVELOPMENT = {"SUPPORTERS_ENV": "development"}


def key_of(number: int, kind: bytes = COSIGNATURE, path: str = "") -> str:
    key = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key()
    return NoteVerifier(f"w{number}.example{path}", key).as_text(kind)


X1, X2, X3, Y1, LOG = *map(key_of, range(1, 5)), key_of(9, SIGNATURE)
EXAMPLE = f"""# of the specification
log {LOG}

witness X1 {X1} https://w1.example/prefix/
 witness\tX2  {X2}\thttp://[::1]:8080
witness X3 {X3}
group X-witnesses 2 X1 X2 X3
witness Y1 {Y1}
group X-and-Y all X-witnesses Y1
quorum X-and-Y
"""


def test_the_example_of_the_specification_is_read() -> None:
    policy = parse_policy(EXAMPLE.encode())
    assert [each.key for each in policy.witnesses] == [X1, X2, X3, Y1]
    assert [bool(each.url) for each in policy.witnesses] == [True, True, False, False]


@pytest.mark.parametrize(
    ("signed", "is_met"),
    [
        ((), False),
        ((X1, X2, X3), False),
        ((X1, Y1), False),
        ((X1, X3, Y1), True),
        ((X1, X2, X3, Y1), True),
        ((X1, X1, Y1, LOG), False),
    ],
)
def test_a_quorum_counts_groups_within_groups(signed: Sequence[str], is_met: bool) -> None:
    assert parse_policy(EXAMPLE.encode()).is_met(signed) is is_met


def test_a_quorum_can_be_one_witness_or_none() -> None:
    one = parse_policy(f"witness a {X1}\nquorum a".encode())
    assert [one.is_met([]), one.is_met([X2]), one.is_met([X1])] == [False, False, True]
    assert parse_policy(b"quorum none\n").is_met([])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no line “quorum NAME”"),
        (f"witness a {X1}\r\nquorum a", "control characters"),
        (f"witness a {X1}\nquorum b", "Line 2"),
        (f"witness none {X1}\nquorum none", "Line 1"),
        (f"witness a {X1}\nwitness a {X2}\nquorum a", "Line 2 defines the name 'a' again"),
        (f"witness a {X1}\nwitness b {X1}\nquorum a", "Line 2 has the key of another line"),
        (f"witness a {key_of(1, SIGNATURE)}\nquorum a", "type 0x01"),
        (f"witness a {X1[:-4]}AAA=\nquorum a", "Line 1 has no key of a witness"),
        (f"witness a other+{X1.partition('+')[2]}\nquorum a", "isn't that of the key"),
        ("witness a b+c\nquorum a", "Line 1 has no key"),
        (f"witness a {key_of(1, path='/x' * 200)}\nquorum a", "longer than 400 characters"),
        (f"witness a {X1} ftp://w1.example\nquorum a", "https://host"),
        (f"witness a {X1} https://u:p@w1.example\nquorum a", "https://host"),
        (f"witness a {X1} https://w1.example/?x\nquorum a", "https://host"),
        (f"witness a {X1} x y\nquorum a", "is no line of a policy"),
        (f"witness a {X1}\ngroup g 2 a\nquorum g", "a number from 1 to 1"),
        (f"witness a {X1}\ngroup g 0 a\nquorum g", "a number from 1 to 1"),
        (f"witness a {X1}\ngroup g any b\nquorum g", "names a member"),
        (f"witness a {X1}\ngroup g any a a\nquorum g", "names a member"),
        (f"witness a {X1}\ngroup g any a\ngroup h any a\nquorum g", "in a group already"),
        (f"group g any g\nwitness a {X1}\nquorum a", "names a member"),
        (f"witness a {X1}\nquorum a\nquorum none", "second quorum"),
        (f"log {LOG}\nlog other+{LOG.partition('+')[2]}\nquorum none", "Line 2"),
        ("log x\nquorum none", "has no key of a log"),
        ("threshold 3\nquorum none", "is no line of a policy"),
    ],
)
def test_a_fault_names_the_line_and_what_is_right(text: str, words: str) -> None:
    with pytest.raises(PolicyFault) as caught:
        parse_policy(text.encode())
    assert words in str(caught.value)


def test_the_program_starts_with_a_policy_and_not_with_a_faulty_one(tmp_path: Path) -> None:
    file = tmp_path / "witnesses"
    file.write_text(EXAMPLE, encoding="utf-8")
    settings = load_settings({**DEVELOPMENT, "SUPPORTERS_WITNESSES": str(file)})
    assert len(settings.witnesses.witnesses) == 4
    file.write_text("quorum all", encoding="utf-8")
    for place, words in ((file, "Line 1"), (tmp_path / "missing", "can't be read")):
        with pytest.raises(SettingsError) as caught:
            load_settings({**DEVELOPMENT, "SUPPORTERS_WITNESSES": str(place)})
        (fault,) = caught.value.faults
        assert fault.startswith("SUPPORTERS_WITNESSES is")
        assert words in fault
