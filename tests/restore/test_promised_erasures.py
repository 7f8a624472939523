"""An erasure that was promised is in the log, also if a restore came before its record was made."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.promised.promises import begin_erasure
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.evidence.act_proofs import ProofState, find_act_proof
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from tests.factories.backups import Backup
from tests.factories.campaigns import ANNA, BORIS, claim, launch, launch_to_addresses, subscriber_at
from tests.factories.lists import make_list
from tests.factories.rows import count_anew
from tests.factories.signups import make_subscriber
from tests.restore.test_restore_replay import run_replay


@pytest.mark.either_database
def test_an_erasure_that_waited_for_a_sender_is_proved_after_a_restore(
    app: Flask, settings: Settings, runner: FlaskCliRunner
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    seal()
    backup = Backup(settings, settings.instance_dir / "backup")
    backup.make()
    assert claim(campaign_id) is not None
    promised = begin_erasure(BORIS, clock.now())
    order = ErasureOrder(reason=ErasureReason.ASKED, holder=promised.holder)
    assert erase_person(subscriber_at(BORIS).id, order) is EraseResult.UNDER_WAY
    assert find_act_proof(promised).state is ProofState.WAITING
    backup.restore()
    run_replay(runner)
    assert find_subscriber_by_key(BORIS) is None
    seal()
    assert find_act_proof(promised).state is ProofState.SEALED


@pytest.mark.both_databases
@pytest.mark.either_database
@pytest.mark.parametrize("is_under_way", [False, True])
def test_an_erasure_of_somebody_who_is_in_no_backup_is_proved_after_a_restore(
    settings: Settings, runner: FlaskCliRunner, *, is_under_way: bool
) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    seal()
    backup = Backup(settings, settings.instance_dir / "backup")
    backup.make()
    make_subscriber(BORIS, mailing_list)
    promised = begin_erasure(BORIS, clock.now())
    if is_under_way:
        assert claim(launch(mailing_list)) is not None
    order = ErasureOrder(reason=ErasureReason.ASKED, holder=promised.holder)
    erase_person(subscriber_at(BORIS).id, order)
    backup.restore()
    for _ in range(2):
        run_replay(runner)
    seal()
    assert find_act_proof(promised).state is ProofState.SEALED
    assert count_anew(Erasure) == 1
    assert not verify(clock.now()).faults


def test_a_replay_leaves_an_erasure_that_waits_to_its_sender(
    app: Flask, runner: FlaskCliRunner
) -> None:
    assert claim(launch_to_addresses(ANNA, BORIS)) is not None
    promised = begin_erasure(BORIS, clock.now())
    order = ErasureOrder(reason=ErasureReason.ASKED, holder=promised.holder)
    assert erase_person(subscriber_at(BORIS).id, order) is EraseResult.UNDER_WAY
    run_replay(runner)
    assert count_anew(Erasure) == 0
