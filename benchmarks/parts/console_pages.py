"""The pages of the console with their arguments: records that the benchmark's party has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Select, func, select

from benchmarks.parts.records.month import CORRECTION, PLANNED_NAME, TO_SEVERAL, WIDE
from benchmarks.parts.records.team import APPROVED, ASKED, COLLEAGUE, DRAFT, KNOWN, NEWCOMER, OWNER
from supporters.accounts.models import Organiser, RightRequest
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.cases.models import Case
from supporters.consent.models import PageSnapshot
from supporters.consent.record_models import Disclosure
from supporters.database import db
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.imports.models import ImportStatus, ListImport
from supporters.lists.models import Subscription
from supporters.lists.queries import find_list_by_slug, list_changed_list_ids
from supporters.people.models import Subscriber
from supporters.reconfirmation.queries import get_current_purpose

CONSOLE = "console."
NOT_MEASURED = {
    "console.welcome": "the link of a team invitation",
    "console.new_password": "the link of an email",
    "console.second_factor": "between the password and the console",
    "console.openid_start": "leads to the sign-in service",
    "console.openid_return": "comes from the sign-in service",
    "console.new_recovery_codes": "shown once, after a form",
    "console.recovery_codes": "for an account with an app",
    "console.remove_own_app": "for an account with an app",
    "console.passkey": "for an account with a passkey",
    "console.remove_own_passkey": "for an account with a passkey",
    "console.more_lookups": "for an account that looked at 50 people",
    "console.lift_hold": "after a restored backup",
    "console.delete_for_ever": "for a draft in the trash",
    "console.try_the_day": "in a training",
    "console.remove_list": "for a list that was never used",
    "console.starting_text_html": "for a text that the team wrote",
    "console.approval": "leads to the page that decides",
    "console.resume_sending": "while all sending is stopped",
}


class MeasuredPage(NamedTuple):
    """A page: its name in the table, and its path."""

    name: str
    path: str


class Records:
    """Finds a record for each argument of a page, and another one where the page needs it.

    They belong to a list: the one with everybody, or the largest of a limited account.
    """

    def __init__(self, slug: str) -> None:
        own, regional = find_list_by_slug(slug), find_list_by_slug("regional")
        assert own is not None
        assert regional is not None
        on_list = Subscription.mailing_list_id == own.id
        first, last = (
            select(end(Subscription.subscriber_id)).where(on_list) for end in (func.min, func.max)
        )
        restricted = select(func.min(Subscriber.id)).where(Subscriber.restricted_at.is_not(None))
        known = select(Subscriber.id).where(Subscriber.address_key == KNOWN)
        self.restricted, self.stranger = _get(restricted), _get(first)
        self.person = _get(known if slug == EVERYBODY else last)
        largest = select(Campaign.id).where(Campaign.mailing_list_id == own.id)
        self._values: dict[str, object] = {
            "campaign_id": _get(largest.order_by(func.coalesce(Campaign.audience, 0).desc())),
            "case_id": _get(select(func.max(Case.id))),
            "list_id": own.id,
            "purpose_id": get_current_purpose(regional.purpose_id).id,
            "page_id": _get(select(func.max(PageSnapshot.id))),
            "organiser_id": _account(COLLEAGUE),
            "request_id": _get(select(func.max(RightRequest.id))),
            "subscriber_id": self.person,
            "right": "exporter",
            "name": "people",
            "kind": "measurement",
            "code": "fr",
            "lang_code": "fr",
        }
        self._special: dict[str, dict[str, object]] = {
            **{f"console.{name}": {"campaign_id": _campaign(subject)} for name, subject in WRITTEN},
            **{f"console.{name}": {"import_id": _import(status)} for name, status in BROUGHT},
            **{f"console.{name}": {"campaign_id": _paused()} for name in PAUSED},
            **{f"console.{name}": {"organiser_id": _account(NEWCOMER)} for name in INVITED},
            "console.qr_code": {"kind": "svg"},
            "console.open_person": {"subscriber_id": self.stranger},
            "console.lift_restriction": {"subscriber_id": self.restricted},
            "console.revoke_right": {"organiser_id": _account(OWNER)},
        }

    def values_for(self, endpoint: str) -> Mapping[str, object]:
        """Return the values for all arguments of a page."""
        return {**self._values, **self._special.get(endpoint, {})}

    def disclose(self, account: str) -> None:
        """Let an account read the evidence of the person for an hour."""
        made = disclose_evidence(self.person, asked_by=account, reason="To be measured.")
        assert isinstance(made, Disclosure)
        self._values["disclosure_id"] = made.id


THREE_LISTS = "audience: three lists"
EVERYBODY, PAUSED = "national", ("cancel", "resume_restored")
INVITED = ("resend_invitation", "revoke_invitation")
WRITTEN = (
    ("decision", ASKED),
    ("edit_campaign", DRAFT),
    ("hour_notes", f"{PLANNED_NAME} 0"),
    ("move_hour", f"{PLANNED_NAME} 0"),
)
# More campaigns to decide about: not launched yet, and to one list, to several, or corrections.
KINDS = ("", TO_SEVERAL, CORRECTION)
DECIDED = {
    f"{page}: {subject}{kind}": (page, subject + kind)
    for page in ("decision", "show_campaign", "edit_campaign")
    for subject in (DRAFT, ASKED, APPROVED)
    for kind in KINDS
}
# Pages that some accounts are led away from: of another list, or to be written only.
FOREIGN = {*(name for name, _ in WRITTEN), *DECIDED, THREE_LISTS}
BROUGHT = (
    *(("import_columns", ImportStatus.DRAFT), ("import_provenance", ImportStatus.DRAFT)),
    *(("approve_import", ImportStatus.WAITING), ("cancel_import", ImportStatus.WAITING)),
    *(("import_evidence", ImportStatus.WAITING), ("show_invitation", ImportStatus.WAITING)),
    *(("import_progress", ImportStatus.ASKING), ("import_report", ImportStatus.ASKING)),
    ("show_import", ImportStatus.ASKING),
)


def list_pages(app: Flask, records: Records) -> Iterator[MeasuredPage]:
    """Yield each page of the console that a GET shows; the path is empty if its record is missing.

    The party of the benchmark has no breach, sign-up form, event or consent change.
    """
    urls = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        is_page = "GET" in (rule.methods or ()) and rule.endpoint.startswith(CONSOLE)
        if is_page and rule.endpoint not in NOT_MEASURED:
            values, path = records.values_for(rule.endpoint), ""
            if rule.arguments <= values.keys():
                wanted = {name: values[name] for name in rule.arguments}
                path = urls.build(rule.endpoint, wanted, method="GET")
            yield MeasuredPage(rule.endpoint.removeprefix(CONSOLE), path)
    for name, (page, subject) in DECIDED.items():
        found = {"campaign_id": _campaign(subject)}
        yield MeasuredPage(name, urls.build(CONSOLE + page, found, method="GET"))
    chosen = [("list", number) for number in _list_ids(WIDE)]
    yield MeasuredPage(THREE_LISTS, f"{urls.build('console.audience')}?{urlencode(chosen)}")


def _get(statement: Select[int]) -> int:
    found = db.session.scalar(statement.limit(1))
    assert found is not None, str(statement)
    return int(found)


def _list_ids(slugs: Sequence[str]) -> list[str]:
    """Return lists as the boxes of the editor name them: with the purpose, if it has changed."""
    found = [find_list_by_slug(slug) for slug in slugs]
    changed = list_changed_list_ids()
    return [
        f"{each.id}-{each.purpose_id}" if each.id in changed else str(each.id)
        for each in found
        if each is not None
    ]


def _account(address: str) -> int:
    return _get(select(Organiser.id).where(Organiser.email == address))


def _campaign(subject: str) -> int:
    return _get(select(Campaign.id).where(Campaign.subject == subject))


def _paused() -> int:
    return _get(select(Campaign.id).where(Campaign.status == CampaignStatus.PAUSED))


def _import(status: ImportStatus) -> int:
    return _get(select(ListImport.id).where(ListImport.status == status))
