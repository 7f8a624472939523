"""The texts of the team in which an erased address may stand: the officer is told where.

No program can take a name out of a sentence, so an erasure leaves these texts as they are.
"""

from collections.abc import Callable, Sequence
from typing import cast

from flask import Flask, current_app
from sqlalchemy import func, or_, select

from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.campaigns.comments.models import CampaignComment
from supporters.database import db, in_transaction
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice
from supporters.personal_data.acts import PersonNotice

PageFinder = Callable[[str], Sequence[str]]
"""Returns the links of the pages whose texts contain an address in lower case."""


def init_app(app: Flask, declared: Sequence[PageFinder]) -> None:
    """Give the application the texts: those declared by features above, then these."""
    app.extensions["team_writing"] = (*declared, find_comments_with)


@in_transaction
def tell_of_address_in_texts(address_key: str) -> None:
    """Tell the officer which pages have texts of the team with the address of an erased person."""
    finders = cast(Sequence[PageFinder], current_app.extensions["team_writing"])
    pages = sorted({page for find in finders for page in find(address_key)})
    if pages:
        officer = {
            current_settings().dpo_contact: DEFAULT_LANGUAGE,
            **only(list_active_organisers(RoleName.DPO)),
        }
        values: dict[str, str | int] = {"count": len(pages), "pages": " ".join(pages)}
        put_notice(PersonNotice.ERASED_IN_TEXTS, officer, values, url=pages[0])


def find_comments_with(address_key: str) -> Sequence[str]:
    """Return the pages of the campaigns with the address in a comment."""
    campaigns = db.session.scalars(
        select(CampaignComment.campaign_id)
        .where(
            or_(
                func.lower(CampaignComment.body).contains(address_key, autoescape=True),
                func.lower(CampaignComment.quote).contains(address_key, autoescape=True),
            )
        )
        .distinct()
    )
    return [link_to("console.comments", campaign_id=each) for each in campaigns]
