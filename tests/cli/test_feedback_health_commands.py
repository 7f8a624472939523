"""`flask feedback lift` excuses the failures of a provider, for an owner with a reason."""

from flask.testing import FlaskCliRunner

from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from supporters.mailbox_health.acts import MailboxAct
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.campaigns import ANNA, subscriber_at
from tests.factories.lists import make_list
from tests.factories.returned.failures import fail
from tests.factories.signups import make_subscriber

LIFT = ["feedback", "lift", "--domain", "example.org", "--reason", "Panne du 1er décembre"]


def test_an_owner_lets_people_be_written_to_again(runner: FlaskCliRunner) -> None:
    make_subscriber(ANNA, make_list())
    fail(subscriber_at(ANNA))
    ended = runner.invoke(args=[*LIFT, "--by", make_owner().email, "--since", "2020-01-01"])
    assert (ended.exit_code, "can be reached again: 1" in ended.stdout) == (0, True)
    db.session.expire_all()
    assert subscriber_at(ANNA).unreachable_since is None
    acts = db.session.scalars(db.select(AuditEvent.act)).all()
    assert acts.count(MailboxAct.LIFTED) == 1


def test_nobody_else_may(runner: FlaskCliRunner) -> None:
    for email in (make_organiser().email, "unknown@parti.example"):
        ended = runner.invoke(args=[*LIFT, "--by", email])
        assert (ended.exit_code, "Only an owner" in ended.stderr) == (1, True)
