"""Two owners, and a list with one person."""

import pytest

from supporters.accounts.models import Organiser
from supporters.lists.models import MailingList
from tests.factories.accounts import make_owner
from tests.factories.consent.consent_changes import FIRST, SECOND
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber


@pytest.fixture
def owners() -> tuple[Organiser, Organiser]:
    """Return two owners."""
    return make_owner(FIRST), make_owner(SECOND)


@pytest.fixture
def mailing_list() -> MailingList:
    """Return a list with one person."""
    created = make_list()
    make_subscriber("anna@example.org", created)
    return created
