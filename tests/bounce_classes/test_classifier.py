"""The class of a server's answer: a mailbox is dead by evidence only (REQ-99, REQ-100)."""

from pathlib import Path

from hypothesis import given, strategies as st

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.classifier import classify
from supporters.bounce_classes.codes import class_of_codes
from supporters.bounce_classes.plain_words import Phrases, plain

REPLIES = Path(__file__).with_name("replies.txt")
HARD_BY_ITSELF = {"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.4.4"}
HOSTILE = [
    "user " * 400_000,
    "a" * 2_000_000,
    "5.1." * 400_000,
    "@" * 2_000_000,
    "host a." * 300_000,
]


def read_replies() -> list[tuple[BounceClass, int | None, str | None, str]]:
    """Return the rows of the table."""
    lines = REPLIES.read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in each.split("|", 3)] for each in lines if each[0] != "#"]
    return [
        (BounceClass(name), int(code) if code else None, status or None, words)
        for name, code, status, words in rows
    ]


def test_each_reply_of_the_table_has_the_class_that_a_reader_gave_it() -> None:
    faults = [
        (row, found)
        for row in read_replies()
        if (found := classify(row[1], row[2], row[3])) is not row[0]
    ]
    assert not faults


def test_no_code_alone_is_a_death_but_the_five_that_say_so() -> None:
    codes = [f"5.{subject}.{detail}" for subject in range(8) for detail in range(40)]
    dead = {each for each in codes if WEIGHTS[class_of_codes(550, each)] is Weight.DEAD}
    assert dead == HARD_BY_ITSELF


def test_no_reply_code_without_words_is_a_death() -> None:
    dead = {code for code in range(600) if WEIGHTS[classify(code, None, "")] is Weight.DEAD}
    assert not dead


def test_a_temporary_code_is_a_death_only_with_the_answer_of_dns() -> None:
    dead = [
        row
        for row in read_replies()
        if row[0] in {BounceClass.NO_MAILBOX, BounceClass.NO_DOMAIN}
        and WEIGHTS[classify(450, "4.1.1", row[3])] is Weight.DEAD
    ]
    assert {row[2] for row in dead} == {"4.0.0", "5.0.0", "5.1.10", "5.4.310"}  # NXDOMAIN, null MX


def test_words_about_our_mail_clear_a_mailbox_that_its_code_calls_dead() -> None:
    ours = [row for row in read_replies() if WEIGHTS[row[0]] is Weight.NOT_THEIRS and row[3]]
    dead = [row for row in ours if WEIGHTS[classify(550, "5.1.1", row[3])] is Weight.DEAD]
    assert not dead


def test_the_second_voice_clears_a_mailbox_and_never_declares_one_dead() -> None:
    # Words that only the rules of KumoMTA know: one for each way.
    assert classify(550, "5.1.1", "Blocked by ivmSIP") is BounceClass.REPUTATION
    assert classify(550, None, "I cannot promise; ReceivingRatePerm") is BounceClass.TRANSIENT
    assert classify(550, None, "recipient x denied") is BounceClass.UNKNOWN


def test_only_the_first_words_of_an_answer_are_read() -> None:
    assert classify(550, None, " " * 3_000 + "user unknown") is BounceClass.UNKNOWN
    assert all(classify(550, None, each) for each in HOSTILE)


@given(st.text(max_size=300), st.sampled_from([None, "5.7.1", "4.2.2", "5.1.1"]))
def test_any_words_have_a_class(words: str, status: str | None) -> None:
    assert classify(550, status, words) in BounceClass


def test_a_phrase_is_found_whatever_its_accents_case_and_punctuation() -> None:
    phrases = Phrases(["boîte * pleine", "user unknown"])
    assert phrases.are_in(plain("La BOITE du destinataire est PLEINE"))
    assert phrases.are_in(plain("USER_UNKNOWN"))
    assert not phrases.are_in(plain("superuser unknown"))
    assert not phrases.are_in(plain("boîte " + "x" * 90 + " pleine"))


def test_an_address_is_no_evidence() -> None:
    assert classify(550, "5.1.1", "<spam.virus.quota@blocked.example>") is BounceClass.NO_MAILBOX
    assert classify(550, None, "<user-unknown@example.org>: rejected") is BounceClass.UNKNOWN
