"""A person who confirmed almost three years ago, on the first day on which she is asked."""

from collections.abc import Iterator

import pytest
import time_machine

from supporters.lists.models import MailingList
from tests.factories.campaigns import ANNA
from tests.machinery.prepared_states import made_once
from tests.retention.inactivity.recording_actions import NEAR_THE_END, joined


@made_once
def anna(mailing_list: MailingList) -> int:
    """Return the id of a person who confirmed almost three years ago."""
    return joined(mailing_list, ANNA)[0]


@pytest.fixture(autouse=True)
def today(anna: int) -> Iterator[time_machine.Traveller]:
    """Set the clock to the first day on which she is asked; a test can move it."""
    with time_machine.travel(NEAR_THE_END, tick=False) as coordinates:
        yield coordinates
