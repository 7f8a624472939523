"""Promises and receipts of before a restore can be checked after it (ADR 141)."""

from pathlib import Path

import pytest
from flask import Flask

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.promised.promises import sign_promise, tell_nothing
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.transparency_log.leaf_store import leaves_file
from supporters.transparency_log.tree_sealing import log_origin, log_verifier
from tests.audit.witnesses.witnessed_log import replay
from tests.consent.test_receipts import receipt_of, run
from tests.factories.backups import Backup
from tests.factories.consent.proofs import ONE_CLICK, ask_for_receipt, check
from tests.factories.signups import make_subscriber
from tests.web.public.acts_of_people import link

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("log")]


def test_the_hash_that_remains_of_a_lost_act_keeps_its_promise(
    app: Flask, backup: Backup, tmp_path: Path
) -> None:
    client, first = app.test_client(), db.session.scalars(db.select(Subscriber.id)).first()
    leave = f"/leave/{link(TokenPurpose.UNSUBSCRIBE, first)}"
    promise = client.post(leave, data=ONE_CLICK).get_json()
    seal()
    backup.restore()
    replay(app)
    receipt = ask_for_receipt(client, promise).get_json()
    said = check(tmp_path, promise, promise["verifier_key"], later=receipt)
    assert (said.returncode, "The promise was kept" in said.stdout) == (0, True), said.stderr
    alone = check(tmp_path, receipt, promise["verifier_key"])
    assert "A restore from a backup lost this record" in alone.stdout
    page = str(promise["proof_url"]).removesuffix("/receipt.json")
    assert "A restore from a backup lost" in client.get(page.replace("/fr/", "/en/")).text


def test_receipts_of_before_and_after_a_new_name_can_be_checked(
    app: Flask, backup: Backup, tmp_path: Path
) -> None:
    kept = log_verifier().as_text()
    promise = sign_promise(tell_nothing(clock.now()), name="", url="")
    leaves_file(log_origin()).unlink()
    backup.restore()
    replay(app)
    assert run(promise, tmp_path, log_verifier().as_text()).returncode == 0
    national = db.session.scalars(db.select(MailingList)).one()
    newcomer = make_subscriber("new@example.org", national)
    seal()
    first = db.session.scalars(db.select(Subscriber).order_by(Subscriber.id)).first()
    for person in filter(None, (first, newcomer)):
        receipt = receipt_of(person)
        assert receipt
        for key in (kept, log_verifier().as_text()):
            said = run(receipt, tmp_path, key)
            assert (said.returncode, said.stderr) == (0, "")
        other = run(receipt, tmp_path, kept.replace("consent-log", "another-log"))
        assert other.returncode == 1
