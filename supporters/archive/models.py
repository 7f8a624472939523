"""The table of issues: the sent campaigns that the team put on the site; totals of their visits."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supporters.audit_log.audit_events import Act
from supporters.database import Model, foreign_key, part_of

MAX_SLUG = 100
MAX_FILLED = 600  # a merge field may be longer than its mark


class ArchiveAct(Act):
    """Acts about the archive."""

    LIST_ARCHIVE_CHANGED = (
        "list.archive_changed",
        _("%(actor)s changed the archive of the list %(object)s."),
    )
    ISSUE_PUBLISHED = "campaign.published", _("%(actor)s put %(object)s on the site.")
    ISSUE_WITHDRAWN = "campaign.taken_off_site", _("%(actor)s took %(object)s off the site.")


class Issue(Model):
    """A campaign on the site: the version that was sent, and its address in the archive.

    `title` and `summary` are the subject and the first words in the inbox, as they are for nobody
    in particular. An issue that was taken back keeps its address, so that its page can say so and
    the address never leads to another one.
    """

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("slug <> ''", name="has_a_slug"),
    )

    campaign_id: Mapped[int] = part_of("campaign.id", autoincrement=False)
    version_id: Mapped[int] = foreign_key("campaign_version.id", on_delete="CASCADE")
    slug: Mapped[str] = mapped_column(String(MAX_SLUG))
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(MAX_FILLED))
    summary: Mapped[str] = mapped_column(String(MAX_FILLED))
    sent_at: Mapped[datetime]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = foreign_key("organiser.id", on_delete="SET NULL")
    withdrawn_at: Mapped[datetime | None]

    @property
    def is_public(self) -> bool:
        """Whether the issue is on the site, as long as its list is open."""
        return self.withdrawn_at is None


class VisitCount(Model):
    """How often the page of an issue was shown on a day (UTC), to anybody. It names nobody."""

    __tablename__ = "visit_count"
    __table_args__ = (CheckConstraint("visits > 0", name="visits"),)

    campaign_id: Mapped[int] = part_of("issue.campaign_id", autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    visits: Mapped[int]
