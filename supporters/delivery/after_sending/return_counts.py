"""Counts what came back of a campaign: bounces by class, complaints, answers. It names nobody."""

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.database import db, in_transaction
from supporters.delivery.after_sending.models import ReturnCount

Figures = Mapping[str, int]
OF_WEIGHT = {
    weight: frozenset(each.value for each in BounceClass if WEIGHTS[each] is weight)
    for weight in Weight
}


@in_transaction
def add_returns(counts: Mapping[tuple[int, str], int]) -> None:
    """Add to figures of campaigns, always in the same order: two readers never wait crosswise."""
    for (campaign_id, figure), people in sorted(counts.items()):
        row = postgresql.insert(ReturnCount)  # SQLite has the same ON CONFLICT
        db.session.execute(
            row.values(campaign_id=campaign_id, figure=figure, people=people).on_conflict_do_update(
                index_elements=["campaign_id", "figure"],
                set_={"people": ReturnCount.people + row.excluded.people},
            )
        )


def list_returns(campaign_ids: Collection[int]) -> Mapping[int, Counter[str]]:
    """Return the figures of campaigns (campaign id: figure: people)."""
    rows = db.session.execute(
        select(ReturnCount.campaign_id, ReturnCount.figure, ReturnCount.people).where(
            ReturnCount.campaign_id.in_(campaign_ids)
        )
    )
    found: dict[int, Counter[str]] = {each: Counter() for each in campaign_ids}
    for campaign_id, figure, people in rows:
        found[campaign_id][figure] = people
    return found


def count_bounces(figures: Figures, weight: Weight) -> int:
    """Return how many bounces of a campaign have a weight."""
    return sum(people for figure, people in figures.items() if figure in OF_WEIGHT[weight])
