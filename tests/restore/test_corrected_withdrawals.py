"""A withdrawal that was undone within ten minutes is not repeated by a replay."""

import pytest

from supporters.consent.models import Method
from supporters.consent.withdrawal_journal import journal_path, read_withdrawals
from supporters.database import db
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.my_data.unsubscription_undo import undo_unsubscription
from supporters.restore.restore_replay import replay_withdrawals
from tests.factories.corrections import EVIDENCE, press_undo
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_a_replay_leaves_what_was_corrected_and_repeats_what_came_after() -> None:
    mailing_list = make_list()
    key = (make_subscriber(ADDRESS, mailing_list).id, mailing_list.id)
    unsubscribe_from_list(*key, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(*key, press_undo())
    withdrawals, _ = read_withdrawals(journal_path())
    assert len(withdrawals) == 1
    replay_withdrawals(withdrawals)
    db.session.expire_all()
    assert db.session.get(Subscription, key) is not None
    unsubscribe_from_list(*key, Method.ONE_CLICK)
    replay_withdrawals(read_withdrawals(journal_path())[0])
    db.session.expire_all()
    assert db.session.get(Subscription, key) is None
