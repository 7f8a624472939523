"""Repeats the withdrawals that a restored backup doesn't contain (REQ-28).

It reads the journals of all machines in the order of time, and applies each line that the database
doesn't know. It can run any number of times, with the same result. A newer event wins: a person who
signed up again is left alone. People who were asked to reconfirm are asked again, because their
answer was only in the lost database.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from flask_babel import gettext
from sqlalchemy import select

from supporters import clock
from supporters.audit.checkpoint_comparison import ComparisonResult, compare_checkpoint
from supporters.audit.restorations import find_common_size, record_restoration, record_unknown_loss
from supporters.audit_log.audit_events import record_team_act
from supporters.cases.case_service import open_case
from supporters.cases.models import CaseKind, Channel
from supporters.consent.models import Agreement, ConsentEvent, EventKind
from supporters.consent.queries import is_suppressed, list_agreements_of
from supporters.consent.record_models import ErasureReason, Restoration
from supporters.consent.suppression import (
    EVERYTHING,
    SIGNUP_MAIL,
    block_signup_mail,
    suppress,
    unblock_signup_mail,
)
from supporters.consent.withdrawal_journal import (
    Withdrawal,
    WithdrawalKind,
    add_unknown_withdrawals,
    paused,
)
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct
from supporters.delivery.known_machines.journal_machines import MachinesOfReplay
from supporters.delivery.restore_hold import SendingHold, find_hold
from supporters.dialects import empty_write_ahead_log
from supporters.imports.import_files import redact_hashed_addresses
from supporters.imports.invitation_answers import delete_invitation
from supporters.lists.models import Subscription
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import (
    object_to_everything,
    unsubscribe_from_list,
    withdraw_agreement,
)
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_mac
from supporters.personal_data.data_subjects import data_subject_of, data_subject_of_address
from supporters.personal_data.erasure import (
    ErasureOrder,
    erase_data_subject,
    keep_promise_of_erasure,
)
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.reconfirmation.reconfirmation_rounds import reset_inactivity_questions
from supporters.restore.journal_rebuild import rebuild_journal
from supporters.restore.replayed_health import CONSENT_KINDS, has_event_since, replay_health
from supporters.restore.waiting_addresses import find_waiting_address
from supporters.transparency_log.checkpoints import Checkpoint, find_largest_checkpoint
from supporters.transparency_log.log_records import format_moment

log = structlog.get_logger(__name__)
RESTRICTION_KINDS = (EventKind.RESTRICTED, EventKind.RESTRICTION_LIFTED)
MAILBOX_KINDS = (WithdrawalKind.SIGNUP_MAIL_BLOCKED, WithdrawalKind.SIGNUP_MAIL_UNBLOCKED)


def replay_withdrawals(
    withdrawals: Sequence[Withdrawal], machines: MachinesOfReplay | None = None
) -> Counter[WithdrawalKind]:
    """Apply the withdrawals that the database doesn't know; return how many of each kind.

    The lines go into the journal of this machine first, and so does what only the database knows:
    the same backup may be restored again, without the folders of the lost machines. Raises OSError.
    """
    done: Counter[WithdrawalKind] = Counter()
    journal = _JournalReplay()
    ordered = sorted(withdrawals, key=lambda each: each.at)
    add_unknown_withdrawals(ordered, clock.now())
    with paused():
        for withdrawal in ordered:
            done[withdrawal.kind] += journal.apply(withdrawal)
    with transaction():
        reset_inactivity_questions()
        record_team_act(
            DeliveryAct.WITHDRAWALS_REPLAYED,
            details={"count": done.total(), **(machines or MachinesOfReplay()).as_details()},
        )
    redact_hashed_addresses(
        {each.person: each.at for each in ordered if each.kind is WithdrawalKind.ERASED}
    )
    rebuild_journal(clock.now())
    empty_write_ahead_log()
    log.info("rights.replayed", **{kind.value: number for kind, number in done.items()})
    return done


def record_lost_checkpoint(
    heads: Collection[Checkpoint], replayed: int, folders: Iterable[Path] = ()
) -> Restoration | None:
    """Record in the log that a backup was restored; None if these checkpoints show that none was.

    If the log lacks several of them and no earlier restoration explains that, the newest one is
    recorded as lost. The lost leaves are looked for in these instance folders. Without any
    checkpoint, nobody knows what is lost: the log gets a new name.
    """
    hold = find_hold()
    size = None if hold is None else max(hold.size, find_common_size())
    with transaction():
        if not heads:
            return record_unknown_loss(replayed, clock.now(), restored_size=size or 0)
        lost = find_largest_checkpoint(each for each in heads if _is_lost(each, hold, size or 0))
        if lost is None:
            return None
        return record_restoration(
            lost.text, replayed, clock.now(), restored_size=size, folders=folders
        )


def _is_lost(external: Checkpoint, hold: SendingHold | None, size: int) -> bool:
    """Tell whether the backup lacked the entries of a checkpoint, even if the log grew since.

    The size of the restored log is known from the moment when sending was held: a checkpoint that
    was signed before can't contain entries that were sealed later.
    """
    verdict = compare_checkpoint(external).verdict
    if verdict is ComparisonResult.DIFFERENT and hold is not None:
        was_before = "" < external.sealed_at <= (format_moment(hold.since) or "")
        return size < external.size and was_before
    return verdict is ComparisonResult.LONGER


class _JournalReplay:
    """Applies one line after the other; finds a person by an earlier address too."""

    def __init__(self) -> None:
        self._earlier: dict[bytes, bytes] = {}

    def apply(self, withdrawal: Withdrawal) -> bool:
        """Apply this line, unless its effect is known; tell whether something was done."""
        with_lists = {
            WithdrawalKind.UNSUBSCRIBED: self._leave,
            WithdrawalKind.WITHDRAWN: self._withdraw,
        }
        if withdrawal.kind in with_lists:
            person = self._find(withdrawal.person)
            return person is not None and with_lists[withdrawal.kind](person, withdrawal)
        with transaction():
            if withdrawal.kind in MAILBOX_KINDS:
                return _block_or_unblock(withdrawal)
            person = self._find(withdrawal.person)
            is_newcomer = person is not None and person.created_at > withdrawal.at
            return not is_newcomer and self._apply_to_person(person, withdrawal)

    def _apply_to_person(self, person: Subscriber | None, withdrawal: Withdrawal) -> bool:
        match withdrawal.kind:
            case WithdrawalKind.ERASED:
                return self._erase(person, withdrawal)
            case WithdrawalKind.OBJECTED:
                return self._object(person, withdrawal)
            case WithdrawalKind.ADDRESS_CHANGED:
                return self._restrict_moved(person, withdrawal)
            case WithdrawalKind.UNREACHABLE | WithdrawalKind.REACHABLE:
                return person is not None and replay_health(person, withdrawal)
            case _:
                return person is not None and self._restrict_or_lift(person, withdrawal)

    def _find(self, address_mac: bytes) -> Subscriber | None:
        found = find_subscriber_by_mac(address_mac)
        while found is None and address_mac in self._earlier:
            address_mac = self._earlier[address_mac]
            found = find_subscriber_by_mac(address_mac)
        return found

    def _erase(self, person: Subscriber | None, withdrawal: Withdrawal) -> bool:
        is_known = is_suppressed(withdrawal.person, [EVERYTHING], withdrawal.at)
        waiting = find_waiting_address(withdrawal)
        order = ErasureOrder(
            reason=ErasureReason.REPLAYED, method=withdrawal.method, holder=withdrawal.holder
        )
        suppress(withdrawal.person, EVERYTHING, now=withdrawal.at, until=None)
        db.session.flush()
        if person is not None:
            erase_data_subject(data_subject_of(person), order)
        elif waiting is not None:
            erase_data_subject(data_subject_of_address(waiting), order)
        if person is None and withdrawal.holder is not None:
            keep_promise_of_erasure(withdrawal.holder, now=clock.now())
        return person is not None or waiting is not None or not is_known

    def _object(self, person: Subscriber | None, withdrawal: Withdrawal) -> bool:
        if person is not None and has_event_since(person, CONSENT_KINDS, withdrawal.at):
            return False
        is_known = is_suppressed(withdrawal.person, [EVERYTHING], withdrawal.at)
        if person is None:
            suppress(withdrawal.person, EVERYTHING, now=withdrawal.at, until=None)
            is_removed = delete_invitation(withdrawal.person, came_by=withdrawal.at)
            return is_removed or not is_known
        consents = list_subscriptions_of(person.id) or list_agreements_of(person.id)
        if is_known and not consents:
            return False
        object_to_everything(person.id, withdrawal.method, now=withdrawal.at)
        return True

    def _restrict_or_lift(self, person: Subscriber, withdrawal: Withdrawal) -> bool:
        if has_event_since(person, RESTRICTION_KINDS, withdrawal.at):
            return False
        was_restricted = person.restricted_at is not None
        change = (
            restrict_person if withdrawal.kind is WithdrawalKind.RESTRICTED else lift_restriction
        )
        change(person.id, withdrawal.method, now=withdrawal.at)
        return was_restricted is not (person.restricted_at is not None)

    def _restrict_moved(self, person: Subscriber | None, withdrawal: Withdrawal) -> bool:
        """Restrict a person whose new address is lost: the old one must not get mail."""
        if (
            withdrawal.to is None
            or person is None
            or find_subscriber_by_mac(withdrawal.to) is not None
        ):
            return False
        self._earlier[withdrawal.to] = withdrawal.person
        if person.restricted_at is not None:
            return False
        restrict_person(person.id, withdrawal.method, now=withdrawal.at)
        case = open_case(
            CaseKind.RECTIFICATION, Channel.PAGE, now=clock.now(), subscriber_id=person.id
        )
        case.note = gettext(
            "This person gave a new address after the time of the restored backup. The new "
            "address is lost, so we restricted their data. They must give us the new address "
            "again."
        )
        return True

    def _leave(self, person: Subscriber, withdrawal: Withdrawal) -> bool:
        is_current = any(
            mailing_list.id == withdrawal.list_id
            and subscription.subscribed_at <= withdrawal.at
            and not _is_corrected(subscription, withdrawal)
            for subscription, mailing_list in list_subscriptions_of(person.id)
        )
        if is_current and withdrawal.list_id is not None:
            unsubscribe_from_list(
                person.id, withdrawal.list_id, withdrawal.method, now=withdrawal.at
            )
        return is_current

    def _withdraw(self, person: Subscriber, withdrawal: Withdrawal) -> bool:
        is_current = any(
            agreement.purpose_id == withdrawal.purpose_id and _agreed_at(agreement) <= withdrawal.at
            for agreement in list_agreements_of(person.id)
        )
        if is_current and withdrawal.purpose_id is not None:
            withdraw_agreement(
                person.id, withdrawal.purpose_id, withdrawal.method, now=withdrawal.at
            )
        return is_current


def _is_corrected(subscription: Subscription, withdrawal: Withdrawal) -> bool:
    """Tell whether the person undid this withdrawal within ten minutes (ADR 070)."""
    found = select(ConsentEvent.id).where(
        ConsentEvent.subscriber_id == subscription.subscriber_id,
        ConsentEvent.purpose_id == subscription.purpose_id,
        ConsentEvent.kind == EventKind.CORRECTED,
        ConsentEvent.occurred_at >= withdrawal.at,
    )
    return db.session.scalar(found.limit(1)) is not None


def _block_or_unblock(withdrawal: Withdrawal) -> bool:
    """Block signup emails to a mailbox, or allow them again."""
    if withdrawal.kind is WithdrawalKind.SIGNUP_MAIL_UNBLOCKED:
        return unblock_signup_mail(withdrawal.person)
    is_known = is_suppressed(withdrawal.person, [SIGNUP_MAIL], withdrawal.at)
    block_signup_mail(withdrawal.person, withdrawal.at)
    return not is_known


def _agreed_at(agreement: Agreement) -> datetime:
    return db.session.get_one(ConsentEvent, agreement.consent_event_id).occurred_at
