"""Records a request for evidence, its account and reason, before the evidence is given (REQ-23).

An account gets it for a few people in a day, and the owners and the officer are told of each.
"""

from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from flask import render_template
from flask_babel import force_locale, lazy_gettext as _

from supporters import clock
from supporters.accountability.queries import count_evidence_of
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, record_act, record_team_act
from supporters.consent.log_sealing import seal_if_possible
from supporters.consent.page_snapshots import NO_STYLE, inline_style
from supporters.consent.record_forms import describe_disclosure
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db, transaction
from supporters.evidence.evidence_pack import Pack
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, owners_and_officer, put_notice
from supporters.people.queries import lock_subscriber
from supporters.transparency_log.log_records import add_entry, person_key

log = structlog.get_logger(__name__)
MAX_REASON = 500
OPEN_FOR = timedelta(hours=1)
DAY = timedelta(hours=24)
EVIDENCE_A_DAY = 20


class EvidenceAct(Act):
    """Acts about evidence."""

    DISCLOSED = "person.evidence_disclosed", _("%(actor)s got the evidence on %(object)s.")


class EvidenceNotice(Notice):
    """Notices about evidence."""

    DISCLOSED = (
        "evidence_disclosed",
        _("%(account)s opened the evidence on a person"),
        _("%(account)s opened the evidence of consent of a person."),
        _("Reason: %(reason)s"),
        _("It was evidence %(count)s of %(most)s within 24 hours by this account."),
        _("Look at the person"),
    )


class DiscloseEvidenceError(Enum):
    """Why no evidence is given."""

    UNKNOWN = auto()
    LIMIT_REACHED = auto()


def disclose_evidence(
    subscriber_id: int, *, asked_by: str, reason: str
) -> Disclosure | DiscloseEvidenceError:
    """Record that an account gets the evidence on a person.

    Waiting entries are sealed now, so that everything in the pack has its proof.
    """
    with transaction():
        Lock.EXPORT.take(asked_by)
        now, subscriber = clock.now(), lock_subscriber(subscriber_id)
        if subscriber is None:
            return DiscloseEvidenceError.UNKNOWN
        count = count_evidence_of(asked_by, now - DAY) + 1
        if count > EVIDENCE_A_DAY and current_actor().account_id is not None:
            return DiscloseEvidenceError.LIMIT_REACHED
        disclosure = _make(subscriber_id, asked_by=asked_by, reason=reason, now=now)
        db.session.add(disclosure)
        add_entry(describe_disclosure(disclosure, key=person_key(subscriber.log_salt)))
        record_act(EvidenceAct.DISCLOSED, subscriber_id, {"disclosure": str(disclosure.id)})
        _notify(disclosure, count)
    seal_if_possible()
    log.info("evidence.disclosed", disclosure=disclosure.id)
    return disclosure


def disclose_lookup(*, asked_by: str, reason: str) -> Disclosure:
    """Record that an account asked for evidence on an address that we don't know.

    The answer is a disclosure too: it says whether the address is suppressed. The address isn't
    stored, since it may belong to a person who wants nothing from us (REQ-34).
    """
    now = clock.now()
    with transaction():
        disclosure = _make(None, asked_by=asked_by, reason=reason, now=now)
        db.session.add(disclosure)
        add_entry(describe_disclosure(disclosure))
        record_team_act(EvidenceAct.DISCLOSED, None, {"disclosure": str(disclosure.id)})
    seal_if_possible()
    log.info("evidence.nobody", disclosure=disclosure.id)
    return disclosure


def _notify(disclosure: Disclosure, count: int) -> None:
    """Put an email to the owners and the officer into the outbox, and to the account itself."""
    put_notice(
        EvidenceNotice.DISCLOSED,
        owners_and_officer(),
        {
            "account": disclosure.asked_by,
            "reason": disclosure.reason,
            "count": count,
            "most": EVIDENCE_A_DAY,
        },
        url=link_to("console.person", subscriber_id=disclosure.subscriber_id or 0),
    )


def _make(subscriber_id: int | None, *, asked_by: str, reason: str, now: datetime) -> Disclosure:
    return Disclosure(
        id=new_id(now),
        kind=DisclosureKind.EVIDENCE,
        subscriber_id=subscriber_id,
        asked_by=asked_by,
        reason=reason,
        people=0 if subscriber_id is None else 1,
        occurred_at=now,
    )


def find_disclosure(
    disclosure_id: int, subscriber_id: int, *, asked_by: str, now: datetime
) -> Disclosure | None:
    """Return a request of the last hour; later the account must give a reason again."""
    disclosure = db.session.get(Disclosure, disclosure_id)
    if disclosure is None or disclosure.kind is not DisclosureKind.EVIDENCE:
        return None
    is_theirs = (disclosure.subscriber_id, disclosure.asked_by) == (subscriber_id, asked_by)
    return disclosure if is_theirs and now < disclosure.occurred_at + OPEN_FOR else None


def render_evidence(pack: Pack, language: str) -> str:
    """Return the HTML of a pack."""
    with force_locale(language):
        return render_template(
            "evidence/pack.html",
            pack=pack,
            language=language,
            shown=_show_pages(pack),
            log_page=link_to("public.consent_log", lang_code=language),
        )


def _show_pages(pack: Pack) -> dict[int, str]:
    """Return the page snapshots by id, as they were shown, without those that were altered."""
    styles = pack["styles"]
    return {
        page["id"]: inline_style(page["html"], styles.get(page["style_sha256"], NO_STYLE))
        for page in pack["pages"]
        if page["html"] is not None
    }
