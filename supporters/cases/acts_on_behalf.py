"""Limits what an account does for people at their request by phone, post or in person (ADR 049).

Nobody can see that the person asked. So each account does it a few times in a day, each act is in
the audit log, and many acts of the whole team alarm the owners and the officer.
"""

from datetime import timedelta
from enum import Enum, auto

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, Details, count_acts, record_act
from supporters.cases.acts import CaseTeamNotice
from supporters.cases.rules import ACTS_A_DAY, ACTS_A_DAY_OF_GUARDIANS, ALARM_EVERY
from supporters.database import db, in_transaction
from supporters.lists.acts import ListAct
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, owners_and_officer, put_notice
from supporters.personal_data.acts import PersonAct

DAY = timedelta(hours=24)
ON_BEHALF = (
    ListAct.PERSON_STOPPED,
    PersonAct.CORRECTED,
    PersonAct.RESTRICTED,
    PersonAct.RESTRICTION_LIFTED,
    PersonAct.ERASED,
)


class OnBehalfError(Enum):
    """Why an account may not act on behalf of a person."""

    LIMIT_REACHED = auto()


@in_transaction
def may_act_on_behalf() -> bool:
    """Tell whether the current account may act for one more person; call it with them locked.

    No other account acts until the end of the transaction, so that parallel requests are counted.
    """
    Lock.ACTS_ON_BEHALF.take()
    account_id = current_actor().account_id
    return account_id is None or count_left(account_id) > 0


def count_left(account_id: int) -> int:
    """Return for how many people an account may still act now."""
    done = count_acts(ON_BEHALF, since=clock.now() - DAY, account_id=account_id)
    return max(0, find_limit(account_id) - done)


def find_limit(account_id: int) -> int:
    """Return for how many people an account may act within 24 hours."""
    account = find_organiser(account_id)
    is_guardian = account is not None and any(
        account.has_role(role.value) for role in (RoleName.OWNER, RoleName.DPO)
    )
    return ACTS_A_DAY_OF_GUARDIANS if is_guardian else ACTS_A_DAY


@in_transaction
def record_on_behalf(act: Act, subscriber_id: int | None, details: Details) -> None:
    """Record an act for a person; each tenth of the team within 24 hours alarms the owners."""
    record_act(act, subscriber_id, details)
    db.session.flush()
    count = count_acts(ON_BEHALF, since=clock.now() - DAY)
    if count % ALARM_EVERY == 0:
        put_notice(
            CaseTeamNotice.MANY_ACTS_ON_BEHALF,
            owners_and_officer(),
            {"count": count, "account": name_of_actor()},
            url=link_to("console.organisers"),
        )
