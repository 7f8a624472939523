"""Checks the set-up of this installation, and stores what it found for all machines."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

import structlog
from sqlalchemy import func, select

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, delete_where, in_transaction, transaction
from supporters.delivery.database_clock import database_time
from supporters.delivery_setup.acts import SetupNotice
from supporters.delivery_setup.check_run import SetupFacts, examine, join_streams
from supporters.delivery_setup.dkim_check import PublishedKey
from supporters.delivery_setup.findings import (
    DnsRecord,
    Finding,
    FindingState,
    SetupFault,
    SetupLine,
    stopping,
)
from supporters.delivery_setup.models import LoopShape, LoopTest, StoredFinding
from supporters.delivery_setup.own_keys import list_own_keys
from supporters.delivery_setup.setup_override import end_override
from supporters.delivery_setup.trial_emails import settings_of
from supporters.dns_lookups import Dns
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice

log = structlog.get_logger(__name__)
EVERY_DAY = timedelta(days=1)
WHILE_RED = timedelta(hours=1)
BEFORE_A_LAUNCH = timedelta(minutes=15)


def is_exempt() -> bool:
    """Tell whether there is nothing to check: a test domain has no DNS."""
    return current_settings().has_mailbox


def check_setup() -> list[Finding]:
    """Run all checks now, store what they found, and tell the owners of a line that turned red."""
    streams = [_gather_facts(shape) for shape in _list_shapes()]
    db.session.rollback()  # DNS may take seconds: no connection waits meanwhile
    dns = Dns(current_settings().setup.dns_server)
    findings = reduce(join_streams, [examine(dns, each) for each in streams])
    with transaction():
        Lock.SETUP.take()
        turned = _store(findings, clock.now())
        is_right = all(each.state is FindingState.GREEN for each in findings if each.is_required)
        if is_right or stopping(turned):
            end_override()  # a permission covers the faults that its owner saw, and no later one
        if turned:
            _tell_owners()
    log.info("setup.checked", red=[each.line for each in findings if each.fault])
    return findings


def check_if_due(now: datetime) -> None:
    """Check once a day, each hour while something is red, and before a planned launch."""
    if is_exempt():
        return
    last = find_last_check()
    if last is None or now - last >= _find_pause(now):
        check_setup()


def _find_pause(now: datetime) -> timedelta:
    """Return how long the last check stays good."""
    if _is_launch_near(now):
        return BEFORE_A_LAUNCH
    return WHILE_RED if stopping(list_findings()) else EVERY_DAY


def list_findings() -> list[Finding]:
    """Return what the last check found, in the order of the lines."""
    rows = {each.line: each for each in db.session.scalars(select(StoredFinding))}
    return [_read(rows[line]) for line in SetupLine if line in rows]


def find_last_check() -> datetime | None:
    """Return when the set-up was last checked; None if it never was."""
    return db.session.scalar(select(func.max(StoredFinding.checked_at)))


def _is_launch_near(now: datetime) -> bool:
    planned = select(Campaign.id).where(
        Campaign.status == CampaignStatus.SCHEDULED,
        Campaign.send_at <= now + BEFORE_A_LAUNCH,
        Campaign.problem.is_(None),
    )
    return db.session.scalar(planned.limit(1)) is not None


def _list_shapes() -> Sequence[LoopShape]:
    """Return a shape for each stream: that of campaigns comes first."""
    return [*LoopShape] if current_settings().transactional else [LoopShape.CAMPAIGN]


def _gather_facts(shape: LoopShape) -> SetupFacts:
    settings = settings_of(shape)
    if settings.mail_server != current_settings().mail_server:  # they are those of the other relay
        setup = replace(settings.setup, sending_addresses=(), dkim_selectors=())
        settings = replace(settings, setup=setup)
    signers = _find_last_signers(shape, settings.mail_server)
    own = list_own_keys()
    known = {(each.domain, each.selector) for each in own}
    signing = [each for each in own if each.signs and each.domain == settings.mail_domain.lower()]
    seen = [PublishedKey(*each) for each in signers or () if each not in known]
    return SetupFacts(
        settings=settings,
        keys=[*signing, *seen],
        clock_offset=clock.now() - database_time(),
        has_intake=settings.feedback is not None,
        is_unsigned=signers == [],
    )


def _find_last_signers(shape: LoopShape, relay_host: str) -> list[tuple[str, str]] | None:
    """Return who signed the last loop test through a relay that arrived; None if none did."""
    signers = db.session.scalar(
        select(LoopTest.signers)
        .where(
            LoopTest.arrived_at.is_not(None),
            LoopTest.shape == shape,
            LoopTest.relay_host == relay_host,
        )
        .order_by(LoopTest.id.desc())
        .limit(1)
    )
    return None if signers is None else [(each[0], each[1]) for each in json.loads(signers)]


@in_transaction
def _store(findings: Sequence[Finding], now: datetime) -> list[Finding]:
    """Store the findings in place of the earlier ones; return those that are newly at fault."""
    rows = {each.line: each for each in db.session.scalars(select(StoredFinding).with_for_update())}
    delete_where(StoredFinding, StoredFinding.line.not_in([each.line for each in findings]))
    turned = []
    for each in findings:
        row = rows.get(each.line)
        if row is None:
            row = StoredFinding(line=each.line)
            db.session.add(row)
        if each.state is FindingState.RED and _is_news(row, each):
            turned.append(each)
            row.red_since = now
        elif each.state is FindingState.GREEN:
            row.red_since = None
        _write(row, each, now)
    return turned


def _is_news(row: StoredFinding, finding: Finding) -> bool:
    """Tell whether a red line was not red before, or stops sending by another fault than then."""
    is_other = row.state is FindingState.RED and row.fault != finding.fault
    return row.red_since is None or (finding.stops_sending and (is_other or not row.is_required))


def _write(row: StoredFinding, finding: Finding, now: datetime) -> None:
    record = finding.record_to_publish
    row.state, row.is_required, row.found = finding.state, finding.is_required, finding.found
    row.fault = finding.fault.value if finding.fault else None
    row.fault_values = json.dumps(dict(finding.values), ensure_ascii=False)
    row.record_name = record.name[:255] if record else None
    row.record_type = record.type if record else None
    row.record_value = record.value if record else None
    row.checked_at = now


def _read(row: StoredFinding) -> Finding:
    record = None
    if row.record_name is not None:
        record = DnsRecord(row.record_name, row.record_type or "", row.record_value or "")
    return Finding(
        line=row.line,
        state=row.state,
        record_to_publish=record,
        fault=SetupFault(row.fault) if row.fault else None,
        values=json.loads(row.fault_values),
        found=row.found,
        is_required=row.is_required,
    )


@in_transaction
def _tell_owners() -> None:
    owners = only(list_active_organisers(RoleName.OWNER))
    put_notice(SetupNotice.TURNED_RED, owners, {}, url=link_to("console.delivery_setup"))
