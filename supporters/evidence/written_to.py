"""Answers "Did you write to me after I left?" with proofs from the sealed ledgers of campaigns.

A row is proven by its leaf and the path to the sealed root. That there is none is proven by the two
leaves between which it would be: they are neighbours in a tree in the order of the tokens. The key
of the person shows that the token is theirs: it also opens their own records in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, exists, or_, select

from supporters.campaigns.models import Campaign
from supporters.campaigns.states import LAUNCHED
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.sealed_ledgers.ledger_sealing import OF_LEDGERS
from supporters.delivery.sealed_ledgers.ledger_tree import ProvenLeaf, StoredTree, hash_leaf
from supporters.delivery.sealed_ledgers.row_leaves import (
    HALF,
    LedgerRow,
    make_leaf,
    row_key,
    token_of,
)
from supporters.people.models import Subscriber
from supporters.transparency_log.log_proofs import InclusionProof, Prover
from supporters.transparency_log.log_records import format_moment, person_key
from supporters.transparency_log.merkle_tree import TreeBroken, is_included
from supporters.transparency_log.models import FactKind, SealedFact
from supporters.transparency_log.sealed_facts import describe_fact, list_newest_facts, read_content

SCHEMA = "supporters.written-to/1"
ENDS = {EventKind.WITHDRAWN, EventKind.OBJECTED}
Part = dict[str, Any]


class WrittenAnswer(StrEnum):
    """Whether a campaign was written to a person.

    AFTER: the mail server took it after they had ended its consent, or we don't know that it
    didn't. CONSENTED: it took it while that consent held. NOT: it didn't take it, and a row says
    why. NO_ROW: they weren't in the audience. DELETED: there is no row, as retention has deleted
    the rows.
    """

    AFTER = "after"
    CONSENTED = "consented"
    NOT = "not"
    NO_ROW = "no-row"
    DELETED = "deleted"


def answer_written_to(subscriber: Subscriber, prover: Prover) -> Part:
    """Return each campaign that ended after a person first left, or hasn't ended: was it to them?

    For a person who never left, it is every campaign.
    """
    ends, key = _list_ends(subscriber.id), person_key(subscriber.log_salt)
    left_at = min((each.occurred_at for each in ends if each.kind in ENDS), default=None)
    facts = list_newest_facts(*OF_LEDGERS)
    asked = _list_campaigns(subscriber.id, left_at)
    sealed = [facts[each.id] for each, _ in asked if each.id in facts]
    proofs = prover.prove_all([*map(describe_fact, sealed)])
    proof_of = {fact.about_id: proof for fact, proof in zip(sealed, proofs, strict=True)}
    campaigns = [
        _Question(
            campaign=campaign,
            row=row,
            key=row_key(key, campaign.id),
            ends=ends,
            fact=facts.get(campaign.id),
            proof=proof_of.get(campaign.id),
        ).answer()
        for campaign, row in asked
    ]
    return {
        "schema": SCHEMA,
        "left_at": format_moment(left_at),
        "key": key.hex(),
        "campaigns": campaigns,
    }


def _list_ends(subscriber_id: int) -> Sequence[ConsentEvent]:
    """Return the events by which a person ended a consent, or undid that."""
    return db.session.scalars(
        select(ConsentEvent).where(
            ConsentEvent.subscriber_id == subscriber_id,
            ConsentEvent.kind.in_([*ENDS, EventKind.CORRECTED]),
        )
    ).all()


def _list_campaigns(
    subscriber_id: int, left_at: datetime | None
) -> list[tuple[Campaign, LedgerRow | None]]:
    """Return the campaigns that were launched, each with the row of a person in its ledger."""
    is_theirs = and_(Delivery.campaign_id == Campaign.id, Delivery.subscriber_id == subscriber_id)
    launched = select(Campaign, Delivery).outerjoin(Delivery, is_theirs)
    launched = launched.where(Campaign.status.in_(LAUNCHED)).order_by(Campaign.id)
    if left_at is not None:
        launched = launched.where(
            or_(Campaign.finished_at.is_(None), Campaign.finished_at >= left_at)
        )
    return [(campaign, _read_row(found)) for campaign, found in db.session.execute(launched)]


def _read_row(found: Delivery | None) -> LedgerRow | None:
    if found is None:
        return None
    return LedgerRow(
        status=found.status,
        settled_at=found.settled_at,
        purpose_id=found.purpose_id,
        consent_event_id=found.consent_event_id,
    )


def _is_deleted(campaign: Campaign, fact: SealedFact | None) -> bool:
    """Tell whether retention has deleted the rows of a campaign. Once it sealed no fact."""
    if fact is not None:
        return fact.kind is FactKind.LEDGER_PURGED
    theirs = exists().where(Delivery.campaign_id == campaign.id)
    return campaign.finished_at is not None and not db.session.scalar(select(theirs))


@dataclass(frozen=True, kw_only=True)
class _Question:
    """Whether one campaign was written to a person, who left at some time."""

    campaign: Campaign
    row: LedgerRow | None
    key: bytes
    ends: Sequence[ConsentEvent]
    fact: SealedFact | None
    proof: InclusionProof | None

    def answer(self) -> Part:
        """Return the answer, with its proof if the ledger is sealed."""
        row = self.row
        return {
            "campaign": self.campaign.id,
            "subject": self.campaign.subject,
            "launched_at": format_moment(self.campaign.launched_at),
            "finished_at": format_moment(self.campaign.finished_at),
            "answer": self._judge().value,
            "row": row
            and {
                "state": row.status.value,
                "at": format_moment(row.settled_at),
                "text": row.text,
            },
            **self._prove(),
        }

    def _judge(self) -> WrittenAnswer:
        if self.row is None:
            is_gone = _is_deleted(self.campaign, self.fact)
            return WrittenAnswer.DELETED if is_gone else WrittenAnswer.NO_ROW
        if self.row.status not in {DeliveryStatus.ACCEPTED, DeliveryStatus.UNCERTAIN}:
            return WrittenAnswer.NOT
        ended_at, at = self._find_end(self.row), self.row.settled_at
        is_after = ended_at is not None and (at is None or at >= ended_at)
        return WrittenAnswer.AFTER if is_after else WrittenAnswer.CONSENTED

    def _find_end(self, row: LedgerRow) -> datetime | None:
        """Return when the consent of a row ended; None if it holds, or was put right."""
        given = db.session.get(ConsentEvent, row.consent_event_id)
        of_it = [each for each in self.ends if each.purpose_id in {None, row.purpose_id}]
        corrected_at = max(
            (each.occurred_at for each in of_it if each.kind is EventKind.CORRECTED), default=None
        )
        moments = (
            each.occurred_at
            for each in of_it
            if each.kind in ENDS and (given is None or each.occurred_at > given.occurred_at)
        )
        return min(
            (each for each in moments if not corrected_at or each > corrected_at), default=None
        )

    def _prove(self) -> Part:
        none: Part = {"is_proven": False, "sealed": None, "leaves": []}
        if self.fact is None or self.fact.kind is not FactKind.LEDGER:
            return none
        proof, sealed = self.proof, read_content(self.fact)
        try:
            leaves = StoredTree(self.campaign.id, sealed["rows"]).prove(token_of(self.key))
        except TreeBroken:
            return none
        return {
            "is_proven": proof is not None and proof.is_intact and self._is_proven(leaves, sealed),
            "sealed": proof and proof.as_json(),
            "leaves": [
                {
                    "leaf": each.leaf.hex(),
                    "index": each.place,
                    "path": [step.hex() for step in each.path],
                }
                for each in leaves
            ],
        }

    def _is_proven(self, leaves: Sequence[ProvenLeaf], sealed: Part) -> bool:
        size, root = sealed["rows"], bytes.fromhex(sealed["root"])
        are_included = all(
            is_included(hash_leaf(each.leaf), each.place, size=size, root=root, path=each.path)
            for each in leaves
        )
        return are_included and self._is_row_proven(leaves, size)

    def _is_row_proven(self, leaves: Sequence[ProvenLeaf], size: int) -> bool:
        """Tell whether the leaves show the row, or that there is none."""
        if self.row is not None:
            return [each.leaf for each in leaves] == [make_leaf(self.key, self.row.text)]
        token, tokens = token_of(self.key), [each.leaf[:HALF] for each in leaves]
        match [each.place for each in leaves]:
            case [first, second]:
                return second == first + 1 and tokens[0] < token < tokens[1]
            case [0]:
                return token < tokens[0] or (size == 1 and token > tokens[0])
            case [only]:
                return only == size - 1 and token > tokens[0]
            case _:
                return size == 0
