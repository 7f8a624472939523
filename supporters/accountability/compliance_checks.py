"""Checks each promise against the present state of the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from html.parser import HTMLParser

from supporters import clock
from supporters.accountability.queries import (
    count_exports,
    count_lookups,
    count_mails_with_consent,
    list_newest_launched,
    sum_imports,
)
from supporters.audit.checkpoint_comparison import IN_ORDER, compare_last_checkpoint
from supporters.audit.queries import find_oldest_unsealed
from supporters.audit.verification_results import find_open_faults, list_results
from supporters.campaigns.models import Campaign
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.rendered_campaign import PreviewReader
from supporters.mail.links import link_to
from supporters.retention.queries import find_last_round, find_round_times
from supporters.retention.rules import is_late
from supporters.transparency_log.log_birth import find_birth_fault
from supporters.transparency_log.queries import SEALED_WITHIN, find_latest_checkpoint

ANY = "-"


@dataclass(frozen=True, kw_only=True)
class TrackingScan:
    """The images from other sites, the links, and how many of each differ between readers.

    An image of ours that is the same for everybody tells nobody who opened the email: its address
    is in no log.
    """

    images: int
    own_images: int
    links: int
    own_links: int


def scan_for_tracking(campaign: Campaign) -> TrackingScan:
    """Return the figures of the emails of a campaign, as it was sent in all its languages."""
    scans = [_scan(each) for each in read_campaign(campaign).in_languages]
    return TrackingScan(
        images=sum(each.images for each in scans),
        own_images=sum(each.own_images for each in scans),
        links=sum(each.links for each in scans),
        own_links=sum(each.own_links for each in scans),
    )


def _scan(compiled: FrozenCampaign) -> TrackingScan:
    first, second = (_read(compiled, number) for number in (1, 2))
    ours = link_to("public.picture", filename=ANY).removesuffix(ANY)
    needed = _needed_links(compiled.language)
    own_links = [each for each in first.links - second.links if not each.startswith(needed)]
    return TrackingScan(
        images=sum(not each.startswith(ours) for each in first.images),
        own_images=len(first.images - second.images),
        links=len(first.links),
        own_links=len(own_links),
    )


def _needed_links(language: str) -> tuple[str, str]:
    """Return the prefixes of the two links that may differ: unsubscribe and why."""
    leave = link_to("public.leave", token=ANY)
    why = link_to("public.why", lang_code=language, token=ANY)
    return leave.removesuffix(ANY), why.removesuffix(ANY)


class _Addresses(HTMLParser):
    """Collects the addresses of images and links."""

    def __init__(self) -> None:
        super().__init__()
        self.images: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href":
                self.links.add(value or "")
            elif name in {"src", "srcset", "background"}:
                self.images.add(value or "")


def _read(compiled: FrozenCampaign, number: int) -> _Addresses:
    reader = PreviewReader(
        subscriber_id=number, given_name=f"Reader{number}", subscribed_at=clock.now()
    )
    addresses = _Addresses()
    addresses.feed(compiled.render(reader).html)
    return addresses


MAILS = 1000
CAMPAIGNS = 5
LOOKUPS = 1000
EXPORTS_OF = timedelta(days=365)
CheckFigure = int | str | datetime | None


class ComplianceCheck(StrEnum):
    """A promise to the public, and the check for it."""

    CONSENT_FIRST = "unasked"
    NO_VENDOR_LISTS = "rented"
    NO_TRACKING = "followed"
    LOG_UNALTERED = "altered"
    RETENTION_TIMES = "kept"
    EXPORTS_LOGGED = "handed-out"


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """Whether a promise holds now, and the figures of the check."""

    promise: ComplianceCheck
    holds: bool
    figures: Mapping[str, CheckFigure]
    checked_at: datetime


def run_check(promise: ComplianceCheck) -> CheckResult:
    """Check whether a promise holds; changes nothing."""
    now = clock.now()
    holds, figures = _CHECKS[promise](now)
    return CheckResult(promise=promise, holds=holds, figures=figures, checked_at=now)


CheckOutcome = tuple[bool, Mapping[str, CheckFigure]]


def _check_consent(_now: datetime) -> CheckOutcome:
    mails, with_consent = count_mails_with_consent(limit=MAILS)
    return mails == with_consent, {"mails": mails, "with_consent": with_consent}


def _check_vendor_lists(_now: datetime) -> CheckOutcome:
    """Sum up the imports; the database rejects one without origin or second approval."""
    imports = sum_imports()
    return imports.confirmed <= imports.asked, {
        "lists": imports.lists,
        "asked": imports.asked,
        "confirmed": imports.confirmed,
    }


def _check_tracking(_now: datetime) -> CheckOutcome:
    scans = [scan_for_tracking(campaign) for campaign, _ in list_newest_launched(limit=CAMPAIGNS)]
    figures = {
        "campaigns": len(scans),
        "images": sum(each.images for each in scans),
        "own_images": sum(each.own_images for each in scans),
        "links": sum(each.links for each in scans),
        "own_links": sum(each.own_links for each in scans),
    }
    return not any(figures[name] for name in ("images", "own_images", "own_links")), figures


def _check_log(now: datetime) -> CheckOutcome:
    head, oldest, comparison = (
        find_latest_checkpoint(),
        find_oldest_unsealed(),
        compare_last_checkpoint(),
    )
    is_sealed = oldest is None or now - oldest <= SEALED_WITHIN
    has_grown = comparison is None or comparison.verdict in IN_ORDER
    is_in_order = not find_birth_fault() and find_open_faults(now) is None
    results = list_results(now)
    return is_sealed and has_grown and is_in_order, {
        "entries": head.size if head else 0,
        "root": head.root.hex() if head else None,
        "sealed_at": head.sealed_at if head else None,
        "verified_at": results[0].at if results else None,
        "faults": max((each.faults for each in results), default=None),
        "compared_with_outside": None if comparison is None else comparison.verdict.name.lower(),
    }


def _check_retention(now: datetime) -> CheckOutcome:
    times, last = find_round_times(), find_last_round()
    results = last[1] if last else []
    return times is not None and not is_late(times, now), {
        "last_round_at": last[0].finished_at if last else None,
        "deleted": sum(each.deleted for each in results),
    }


def _check_exports(now: datetime) -> CheckOutcome:
    exports, lookups = count_exports(now - EXPORTS_OF), count_lookups(limit=LOOKUPS)
    are_sealed = exports.made == exports.in_the_log and lookups.made == lookups.in_the_log
    return are_sealed, {
        "exports": exports.made,
        "in_the_log": exports.in_the_log,
        "last_at": exports.last_at,
        "opened": lookups.made,
        "opened_in_the_log": lookups.in_the_log,
    }


_CHECKS: Mapping[ComplianceCheck, Callable[[datetime], CheckOutcome]] = {
    ComplianceCheck.CONSENT_FIRST: _check_consent,
    ComplianceCheck.NO_VENDOR_LISTS: _check_vendor_lists,
    ComplianceCheck.NO_TRACKING: _check_tracking,
    ComplianceCheck.LOG_UNALTERED: _check_log,
    ComplianceCheck.RETENTION_TIMES: _check_retention,
    ComplianceCheck.EXPORTS_LOGGED: _check_exports,
}
