"""A worker scores what the team tests, where a spam filter is installed, and only that."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.campaigns.language_texts import add_language
from supporters.campaigns.models import Campaign
from supporters.database import transaction
from supporters.delivery.message.spam_scores import PROGRAM, RECENT, find_scores, score_tests
from tests.factories.approvals import record_test
from tests.factories.campaigns import make_draft_to_two, reload
from tests.machinery.prepared_states import made_once


@made_once
def campaign(app: Flask) -> Campaign:
    """Return a draft to two people."""
    return make_draft_to_two()


def make_filter(folder: Path, words: str) -> str:
    """Write a program that answers each message with a header, and keeps the last message."""
    program = folder / "filter"
    program.write_text(f"#!/bin/sh\ncat > {folder}/read\n{words}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.both_databases
def test_a_tested_message_gets_its_score_once(campaign: Campaign, tmp_path: Path) -> None:
    shown = record_test(campaign.id)
    program = make_filter(tmp_path, 'echo "X-Spam-Status: No, score=3.4 required=5.0 tests=A"')
    assert (score_tests(clock.now(), program), score_tests(clock.now(), program)) == (1, 0)
    assert find_scores(campaign.id, shown) == {None: 3.4}
    read = (tmp_path / "read").read_bytes()
    assert (b"Subject:" in read, b"List-Unsubscribe:" in read, b"\r" in read) == (True, True, False)


@pytest.mark.both_databases
def test_each_language_has_a_score(campaign: Campaign, tmp_path: Path) -> None:
    add_language(campaign.id, "en", is_copied=True)
    shown = record_test(campaign.id)
    program = make_filter(tmp_path, 'echo "X-Spam-Status: Yes, score=-0.1 required=5.0"')
    assert score_tests(clock.now(), program) == 2
    assert find_scores(campaign.id, shown) == {None: -0.1, "en": -0.1}


def test_nothing_is_said_without_a_filter_or_by_a_broken_one(
    campaign: Campaign, tmp_path: Path
) -> None:
    shown = record_test(campaign.id)
    for program in ("no-such-program", make_filter(tmp_path, "exit 1")):
        assert score_tests(clock.now(), program) == 0
    assert score_tests(clock.now(), make_filter(tmp_path, "echo nothing")) == 0
    assert find_scores(campaign.id, shown) == {None: None}


def test_neither_a_changed_text_nor_an_old_test_is_scored(
    campaign: Campaign, tmp_path: Path
) -> None:
    record_test(campaign.id)
    program = make_filter(tmp_path, 'echo "X-Spam-Status: No, score=1.0"')
    assert score_tests(clock.now() + RECENT + timedelta(seconds=1), program) == 0
    with transaction():
        reload(campaign.id).subject = "Autre chose"
    assert score_tests(clock.now(), program) == 0


def test_spamassassin_itself_answers(campaign: Campaign) -> None:
    if shutil.which(PROGRAM) is None:
        pytest.skip("spamassassin is not installed")
    shown = record_test(campaign.id)
    assert score_tests(clock.now()) == 1
    score = find_scores(campaign.id, shown)[None]
    assert score is not None
    assert score < 5
