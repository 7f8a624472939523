"""The approval rule: up to how many people one person may write to without a second one.

An owner alone could otherwise set a large number and launch at once. So the number counts after 72
hours, and until then it is always two persons. The other owners can change it meanwhile.

The number counts only if the audit log has it as it was sealed: nobody can change both in the
database alone.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from supporters import clock
from supporters.accounts.queries import find_organiser, list_organisers
from supporters.accounts.second_person import WAITING_TIME
from supporters.audit_log.audit_events import list_sealed_acts, record_act
from supporters.campaigns.acts import CampaignAct, CampaignNotice
from supporters.campaigns.models import ApprovalRule
from supporters.database import db, use_case
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, owners_and_officer, put_notice
from supporters.team.right_requests import is_sole_owner

THE_ONE = 1


@dataclass(frozen=True)
class AloneLimit:
    """The number of people, and who set it when. The default is 0: always two persons.

    `counts_from` is set as long as the number does not count.
    """

    people: int = 0
    changed_at: datetime | None = None
    changed_by: int | None = None
    counts_from: datetime | None = None

    def allows(self, audience: int) -> bool:
        """Tell whether one person may launch a campaign to so many people."""
        return self.counts_from is None and 0 < audience <= self.people


def find_alone_limit() -> AloneLimit:
    """Return the limit that the owners set, or the default."""
    rule = db.session.get(ApprovalRule, THE_ONE)
    recorded = _find_recorded_limit()
    if rule is None or recorded.people != rule.alone_up_to:
        return AloneLimit()
    set_by = rule.changed_by if recorded.changed_by is None else recorded.changed_by
    since = recorded.changed_at or rule.changed_at
    return AloneLimit(recorded.people, since, set_by, _find_wait(since, set_by))


def find_rule_fault() -> str:
    """Return how the rule differs from the audit log; an empty text if it doesn't."""
    rule = db.session.get(ApprovalRule, THE_ONE)
    people = _find_recorded_limit().people
    if rule is None or rule.alone_up_to == people:
        return ""
    return f"it says {rule.alone_up_to} people, and the audit log says {people}"


def _find_recorded_limit() -> AloneLimit:
    """Return the limit that the audit log has, without its wait."""
    acts = list_sealed_acts(CampaignAct.APPROVAL_RULE_CHANGED)
    if not acts:
        return AloneLimit()
    last = acts[-1]
    people = json.loads(last.details)["after"]
    return AloneLimit(people, last.occurred_at, last.account_id)


def _find_wait(changed_at: datetime, changed_by: int | None) -> datetime | None:
    """Return from when on a number counts; None for now, and for what nobody could object to.

    The only owner of a new party waits for nobody.
    """
    counts_from = changed_at + WAITING_TIME
    owner = None if changed_by is None else find_organiser(changed_by)
    if owner is None or counts_from <= clock.now() or is_sole_owner(owner, list_organisers()):
        return None
    return counts_from


@use_case
def change_alone_limit(people: int, by_id: int | None) -> bool:
    """Set the limit, and tell the owners and the officer; tell whether it has changed."""
    rule = db.session.get(ApprovalRule, THE_ONE, with_for_update=True)
    before = 0 if rule is None else rule.alone_up_to
    if people == before and not find_rule_fault():
        return False
    if rule is None:
        rule = ApprovalRule(id=THE_ONE)
        db.session.add(rule)
    rule.alone_up_to, rule.changed_at, rule.changed_by = people, clock.now(), by_id
    record_act(CampaignAct.APPROVAL_RULE_CHANGED, None, {"before": before, "after": people})
    values: dict[str, str | int] = {
        "actor": name_of_actor(),
        "before": before,
        "after": people,
    }
    put_notice(
        CampaignNotice.ALONE_LIMIT_CHANGED,
        owners_and_officer(),
        values,
        url=link_to("console.approval_rule"),
    )
    return True
