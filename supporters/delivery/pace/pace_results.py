"""Records what a claim did below its ceilings, and lowers them where a provider asks for it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from supporters.database import in_transaction
from supporters.delivery.pace.ceilings import lower_ceiling
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.pace_rules import find_limited, is_rate_limit
from supporters.delivery.pace.use_counts import Reserved, return_use
from supporters.people.domain_groups import DomainGroup, group_of
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply

LEFT = {AttemptOutcome.ACCEPTED, AttemptOutcome.UNCERTAIN}


class PacedClaim(Protocol):
    """A claim with what it may send."""

    @property
    def reserved(self) -> Reserved | None: ...


class Addressee(Protocol):
    """The recipient of an attempt."""

    @property
    def address(self) -> str: ...


@in_transaction
def record_pace(
    claim: PacedClaim, results: Sequence[tuple[Addressee, RelayReply]], now: datetime
) -> None:
    """Return the unused room of a claim, and lower the ceilings of providers that ask for it.

    A killed worker returns nothing: an hour may then have less than its ceiling, and never more.
    """
    if claim.reserved is not None:
        left = Counter(
            key
            for to, reply in results
            if reply.outcome in LEFT
            for key in (group_of(to.address), DomainGroup.EVERYBODY)
        )
        counts = claim.reserved.counts
        return_use(claim.reserved, {key: counts[key] - left[key] for key in counts})
    tried = [each for each in results if each[1].outcome is not AttemptOutcome.NOT_TRIED]
    if any(is_rate_limit(reply.code) for _, reply in tried):
        for group in sorted(
            find_limited([(group_of(to.address), reply.code) for to, reply in tried])
        ):
            lower_ceiling(group, LoweringReason.RATE_LIMIT, now)
