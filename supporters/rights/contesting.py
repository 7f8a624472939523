"""A reader says "I never signed up": nothing more is sent to them, and somebody looks into it."""

from enum import Enum, auto

import structlog

from supporters import clock
from supporters.campaigns.queries import find_campaign
from supporters.consent.models import Method
from supporters.database import transaction
from supporters.lists.leaving import leave_every_list
from supporters.mail.models import Letter
from supporters.mail.outbox import announce
from supporters.people.queries import lock_subscriber
from supporters.rights.departures import note_departure
from supporters.rights.halting import halt_if_contested
from supporters.rights.models import CaseKind, Channel, DepartureKind
from supporters.rights.opening import open_case
from supporters.rights.queries import find_open_contest, has_disputed
from supporters.rights.restricting import restrict_person
from supporters.signup.standing_consents import list_sentences_of

log = structlog.get_logger(__name__)


class Contested(Enum):
    """What came of it."""

    NOTED = auto()
    NOBODY = auto()


def contest(subscriber_id: int, campaign_id: int) -> Contested:
    """Take the reader off every list, freeze what we hold on them, and open a case.

    The mailbox is told, and can undo it: the reader may be whoever a mail was forwarded to.
    A repetition opens no second case. When many contest the same campaign, owners are told of it;
    it may be stopped.
    """
    letters: list[Letter] = []
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None:
            return Contested.NOBODY
        now = clock.now()
        taken, was_frozen = list_sentences_of(subscriber_id), subscriber.restricted_at is not None
        leave_every_list(subscriber_id, Method.PAGE, now=now)
        if taken or not was_frozen:
            notice = note_departure(subscriber, DepartureKind.DISPUTED, taken, now=now)
            letters += [notice] if notice else []
        restrict_person(subscriber_id, Method.PAGE, now=now)
        if find_open_contest(subscriber_id) is None:
            campaign = find_campaign(campaign_id)
            is_repeated = has_disputed(subscriber_id, campaign_id)
            case = open_case(
                CaseKind.CONTESTED,
                Channel.PAGE,
                now=now,
                subscriber_id=subscriber_id,
                campaign_id=campaign.id if campaign else None,
            )
            log.warning("consent.contested", case=case.id, campaign=case.campaign_id)
            if campaign is not None and not is_repeated:
                letters += halt_if_contested(campaign.id, now)
    for letter in letters:
        announce(letter)
    return Contested.NOTED
