"""Compares the rows of the ledger, and what campaigns were launched with, with the sealed facts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from supporters.audit.verification_report import VerificationReport, stream
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import LAUNCHED
from supporters.campaigns.versions import find_newest_version
from supporters.database import db, snapshot
from supporters.delivery.sealed_ledgers.launch_records import describe_launch
from supporters.delivery.sealed_ledgers.ledger_sealing import (
    ENDED,
    OF_LEDGERS,
    count_ledger,
    list_unsealed,
)
from supporters.delivery.sealed_ledgers.ledger_tree import LedgerTree, root_of_tile
from supporters.delivery.sealed_ledgers.models import LedgerTile
from supporters.delivery.sealed_ledgers.row_leaves import HALF, read_leaves, split_leaves
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import FactKind, SealedFact
from supporters.transparency_log.sealed_facts import list_facts, list_newest_facts, read_content

SEALED_WITHIN = timedelta(days=1)
OLDER_LAUNCHES = "older_launches"  # its name in the facts of a night
MOST_NAMED = 20  # rows of one campaign
CHANGED = {
    "version": "its message isn't the one that was launched",
    "messages": "its message isn't the one that was launched",
    "lists": "its lists aren't those that it was launched to",
    "audience": "its audience isn't the one that it was launched to",
    "selection": "it was launched to other people of its lists",
}
Leaf = tuple[bytes, int]  # the leaf of a row, and its person


def check_launches(report: VerificationReport) -> None:
    """Compare each launched campaign with what was sealed at its launch."""
    with snapshot():  # a launch between two reads would be one without a fact
        _check_launches(report)


def _check_launches(report: VerificationReport) -> None:
    sealed = list_newest_facts(FactKind.LAUNCHED)
    first = min((each.occurred_at for each in sealed.values()), default=None)
    launched = select(Campaign).where(Campaign.status.in_(LAUNCHED)).order_by(Campaign.id)
    for campaign in db.session.scalars(launched):
        fact = sealed.get(campaign.id)
        if fact is not None:
            for what in _list_changes(campaign, fact):
                report.fault("campaign", campaign.id, what)
        elif first is None or (campaign.launched_at and campaign.launched_at < first):
            report.older_launches += 1
        else:
            report.fault("campaign", campaign.id, "the log has no launch of it")
    _check_older(report, report.older_launches)


def _check_older(report: VerificationReport, older: int) -> None:
    """Count the campaigns from before; there can't be more than in an earlier night."""
    nights = [read_content(each).get(OLDER_LAUNCHES) for each in list_facts(FactKind.COUNTED)]
    fewest = min((each for each in nights if each is not None), default=older)
    if older > fewest:
        what = f"{older - fewest} launched campaigns were added since the log counted them"
        report.fault("campaign", "older", what)
    elif older:
        what = f"{older} campaigns were launched before the log had launches"
        report.note("campaign", "older", what)


def _list_changes(campaign: Campaign, fact: SealedFact) -> list[str]:
    version = find_newest_version(campaign.id)
    if version is None:
        return ["the version that was launched is missing"]
    sealed = read_content(fact)
    try:
        present = describe_launch(campaign, version)
    except (AttributeError, KeyError, TypeError, ValueError):
        return [CHANGED["version"]]
    faults = [what for name, what in CHANGED.items() if present[name] != sealed[name]]
    approver = sealed["approval"]["approved_by"]
    if version.approved_by not in {None, approver}:
        faults.append("another account approved it than the log has")
    return [*dict.fromkeys(faults)]


def check_ledgers(report: VerificationReport, now: datetime) -> None:
    """Compare the rows of each campaign that has ended with its sealed ledger."""
    with snapshot():
        erased = _list_erased()
        newest = list_newest_facts(*OF_LEDGERS)
        for campaign_id, fact in sorted(newest.items()):
            if fact.kind is FactKind.LEDGER:
                _LedgerCheck(report, campaign_id, fact).run(erased)
        _check_waiting(report, now)


def _check_waiting(report: VerificationReport, now: datetime) -> None:
    for campaign_id in list_unsealed(are_settled=False):
        ended_at = db.session.get_one(Campaign, campaign_id).finished_at
        if ended_at is not None and now - ended_at > SEALED_WITHIN:
            report.note("campaign", campaign_id, "it has ended, and its ledger isn't sealed yet")


def _list_erased() -> set[bytes]:
    """Return the tokens of the rows that erasures removed from sealed ledgers."""
    facts = list_facts(FactKind.ROWS_ERASED)
    return {bytes.fromhex(each) for fact in facts for each in read_content(fact)["tokens"]}


class _LedgerCheck:
    """Compares the rows of one campaign with its sealed ledger."""

    def __init__(self, report: VerificationReport, campaign_id: int, fact: SealedFact) -> None:
        self._report, self._id, self._sealed = report, campaign_id, read_content(fact)
        self._named = self._gone = 0

    def run(self, erased: set[bytes]) -> None:
        """Report what differs."""
        self._check_campaign()
        if not self._is_tree_whole():
            self._blame("its tiles don't have the sealed root", "ledger_tile")
            return
        sealed = self._read_sealed()
        rows = read_leaves(self._id, self._sealed["rows"])
        for token, leaf, row in _pair(sealed, rows):
            if row is None:
                self._gone += token not in erased
            elif leaf is None:
                self._blame_row(row, "it isn't in the sealed ledger: it was added")
            elif leaf != row[0]:
                self._blame_row(row, "it was altered: it differs from the sealed ledger")
        if self._gone:
            what = f"{self._gone} rows of its sealed ledger are missing, and no erasure lists them"
            self._blame(what, "delivery")
        self._report.deliveries += self._sealed["rows"]

    def _check_campaign(self) -> None:
        campaign = db.session.get(Campaign, self._id)
        if campaign is None or campaign.status not in ENDED:
            self._blame("its ledger is sealed, and it hasn't ended")
            return
        names = [name for name in self._sealed["counts"] if name != "erased"]
        counts = count_ledger(self._id)
        if any(counts[name] != self._sealed["counts"][name] for name in names):
            self._blame("the counts of its batches aren't those of its sealed ledger")
        if campaign.audience != self._sealed["audience"]:
            self._blame("its audience isn't that of its sealed ledger")

    def _is_tree_whole(self) -> bool:
        tiles = select(LedgerTile.leaves).where(LedgerTile.campaign_id == self._id)
        roots = []
        last = b""
        for (last,) in stream(tiles.order_by(LedgerTile.number)):
            roots.append(root_of_tile(last))
        try:
            root = LedgerTree(self._sealed["rows"], roots, lambda _number: last).get_root()
        except TreeBroken:
            return False
        return root == bytes.fromhex(self._sealed["root"])

    def _read_sealed(self) -> Iterator[bytes]:
        tiles = select(LedgerTile.leaves).where(LedgerTile.campaign_id == self._id)
        for (leaves,) in stream(tiles.order_by(LedgerTile.number)):
            yield from split_leaves(leaves)

    def _blame(self, what: str, table: str = "campaign") -> None:
        self._report.fault(table, f"campaign_id={self._id}", what)

    def _blame_row(self, row: Leaf, what: str) -> None:
        self._named += 1
        if self._named <= MOST_NAMED:
            self._report.fault("delivery", f"campaign_id={self._id} subscriber_id={row[1]}", what)


def _pair(
    sealed: Iterator[bytes], rows: Iterator[Leaf]
) -> Iterator[tuple[bytes, bytes | None, Leaf | None]]:
    """Yield the leaves and the rows of each token, both in order."""
    leaf, row = next(sealed, None), next(rows, None)
    while leaf is not None or row is not None:
        tokens = [each[:HALF] for each in (leaf, row and row[0]) if each]
        token = min(tokens)
        has_leaf = leaf is not None and leaf[:HALF] == token
        has_row = row is not None and row[0][:HALF] == token
        yield token, leaf if has_leaf else None, row if has_row else None
        leaf = next(sealed, None) if has_leaf else leaf
        row = next(rows, None) if has_row else row
