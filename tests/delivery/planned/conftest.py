"""The accounts that plan a campaign and approve it."""

from flask import Flask

from supporters.accounts.models import Organiser
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approver
from tests.machinery.prepared_states import made_once


@made_once
def author(app: Flask) -> Organiser:
    """Return the account that writes and plans."""
    return make_organiser("author@parti.example")


@made_once
def approver(app: Flask) -> Organiser:
    """Return the account that approves."""
    return make_approver()
