"""The archive: the issues of each list, one page for each, a feed (RFC 4287), a calendar, pictures.

All of it is the same for everybody, and is cached under the edition of the site (ADR 061, ADR 076).

Requests of pictures are in no log and are not counted: an address is the same for all readers, and
nobody learns who opened an email. Pages of issues are counted in totals of a day (ADR 102).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, Response, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, to_user_timezone
from markupsafe import Markup

from supporters import clock
from supporters.archive.queries import (
    Archive,
    IssueHead,
    IssueText,
    find_archive,
    find_article,
    link_to_archive,
    link_to_feed,
    link_to_issue,
)
from supporters.archive.visit_counts import current_visits
from supporters.campaigns.document.meeting_lookup import find_meeting
from supporters.campaigns.pictures.models import PictureFormat
from supporters.campaigns.pictures.queries import find_public_picture
from supporters.fast_path.site_edition import use_present_edition
from supporters.languages import LANGUAGES
from supporters.lists.models import ListWords, MailingList, list_words_of
from supporters.public_languages import is_offered_language
from supporters.signup.shared_rows import find_shared_list_by_slug, list_shared_open
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.static_files import FOR_A_YEAR

SHOWN_OF_EACH = 5
MOST_IN_FEED = 20
FEED_TYPE = "application/atom+xml"
NOT_FOUND, GONE = 404, 410
KNOWN = "has_archive"
CAMPAIGN = f"<int(max={2**31 - 1}):campaign_id>"
TYPES = {PictureFormat.JPEG: "image/jpeg", PictureFormat.PNG: "image/png"}


@dataclass(frozen=True, kw_only=True)
class ListIssues:
    """The issues of a list, newest first, with the words of the list."""

    mailing_list: MailingList
    words: ListWords
    issues: Sequence[IssueHead]

    @property
    def newest(self) -> Sequence[IssueHead]:
        """The issues that the page of all lists shows."""
        return self.issues[:SHOWN_OF_EACH]

    @property
    def by_year(self) -> list[tuple[int, list[IssueHead]]]:
        """The issues of each year, newest first."""
        years = groupby(self.issues, lambda each: to_user_timezone(each.sent_at).year)
        return [(year, [*issues]) for year, issues in years]


@public.get(f"/{LANGUAGE}/archive")
def archive() -> str:
    """Show the lists that have issues, each with its newest ones."""
    use_present_edition()
    known, open_lists = find_archive(), list_shared_open()
    shown = [_issues_of(each, known) for each in open_lists]
    return render_template(
        "public/archive/archive.html",
        lists=[each for each in shown if each.issues],
    )


@public.get(f"/{LANGUAGE}/archive/<slug>")
def list_archive(slug: str) -> str:
    """Show all issues of a list."""
    use_present_edition()
    mailing_list = _get_open_list(slug)
    return render_template(
        "public/archive/list_archive.html",
        own=_issues_of(mailing_list, find_archive()),
        mailing_list=mailing_list,
        feed_url=link_to_feed(slug),
    )


@public.get(f"/{LANGUAGE}/archive/<slug>/<issue_slug>")
def issue(slug: str, issue_slug: str) -> ResponseReturnValue:
    """Show an issue as a page for nobody in particular; say so if it was taken back."""
    use_present_edition()
    mailing_list, known = _get_open_list(slug), find_archive()
    head = known.find(slug, issue_slug)
    text = _open_text(head)
    if head is None or text is None:
        return _explain_no_issue(mailing_list, status=GONE if head else NOT_FOUND)
    return render_template(
        "public/archive/issue.html",
        head=head,
        around=known.around(head),
        **_describe_text(slug, head, text),
        **_describe_list(mailing_list),
    )


def _open_text(head: IssueHead | None) -> IssueText | None:
    """Return the text of an issue, and count the visit. A page loaded ahead is none."""
    text = find_article(head, str(get_locale())) if head and head.is_public else None
    is_visit = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    if head and text is not None and is_visit:
        current_visits().add(head.campaign_id, clock.now())
    return text


def _describe_text(slug: str, head: IssueHead, text: IssueText) -> dict[str, object]:
    return {
        "article": text.article,
        "html": Markup(text.article.html),  # noqa: S704 - escaped by its template
        "address": link_to_issue(slug, head, text.article.language),
        "others": _link_others(slug, head, text),
    }


def _link_others(slug: str, head: IssueHead, text: IssueText) -> list[tuple[str, str, str]]:
    """Return the other languages of an issue that the party offers, with their addresses."""
    others = [each for each in text.languages if each != text.article.language]
    offered = [each for each in others if is_offered_language(each)]
    return [(each, LANGUAGES[each], link_to_issue(slug, head, each)) for each in offered]


def _describe_list(mailing_list: MailingList) -> dict[str, object]:
    words, feed_url = list_words_of(mailing_list), link_to_feed(mailing_list.slug)
    return {"mailing_list": mailing_list, "words": words, "feed_url": feed_url}


@public.get("/archive/<slug>/feed.xml")
def feed(slug: str) -> Response:
    """Return the newest issues of a list as an Atom feed, each with its text."""
    use_present_edition()
    mailing_list = _get_open_list(slug)
    issues = find_archive().of_list(mailing_list.id)[:MOST_IN_FEED]
    entries = [(each, link_to_issue(slug, each), _find_html(each)) for each in issues]
    body = _write_feed(mailing_list, entries)
    response = Response(body, mimetype=FEED_TYPE)
    if not mailing_list.is_indexed:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _find_html(head: IssueHead) -> str | None:
    text = find_article(head, head.language)
    return None if text is None else text.article.html


def _write_feed(
    mailing_list: MailingList, entries: Sequence[tuple[IssueHead, str, str | None]]
) -> str:
    dates = (head.published_at for head, *_ in entries)
    return render_template(
        "public/archive/feed.xml",
        words=list_words_of(mailing_list, mailing_list.language),
        language=mailing_list.language,
        entries=entries,
        updated_at=max(dates, default=mailing_list.created_at),
        url=link_to_archive(mailing_list),
        feed_url=link_to_feed(mailing_list.slug),
    )


def init_app(app: Flask) -> None:
    """Tell the footer of public pages whether there is an archive to link to.

    A page snapshot has no such link: a new issue is no new evidence, and refuses no open form.
    """
    app.add_template_global(has_archive, "has_archive")


def has_archive() -> bool:
    """Tell whether everybody can read an issue. A page without the database says what it knows."""
    if not g.get("reads_nothing", False):
        current_app.extensions[KNOWN] = not find_archive().is_empty
    return bool(current_app.extensions.get(KNOWN, False))


def _get_open_list(slug: str) -> MailingList:
    """Return a list that people can join, or answer 404: a closed one has no archive."""
    mailing_list = find_shared_list_by_slug(slug)
    if mailing_list is None or not mailing_list.is_open:
        abort(NOT_FOUND)
    return mailing_list


def _issues_of(mailing_list: MailingList, known: Archive) -> ListIssues:
    words, issues = list_words_of(mailing_list), known.of_list(mailing_list.id)
    return ListIssues(mailing_list=mailing_list, words=words, issues=issues)


def _explain_no_issue(mailing_list: MailingList, *, status: int) -> ResponseReturnValue:
    page = render_template(
        "public/archive/no_issue.html",
        mailing_list=mailing_list,
        words=list_words_of(mailing_list),
        is_gone=status == GONE,
    )
    return page, status


@public.get(f"/meetings/{CAMPAIGN}/<digest>.ics")
def meeting(campaign_id: int, digest: str) -> ResponseReturnValue:
    """Return the file. Its name follows from its content, so only readers of the email know it."""
    file = find_meeting(campaign_id, digest) or abort(404)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return Response(file, mimetype="text/calendar", headers=headers)


@public.get("/i/<filename>")
def picture(filename: str) -> Response:
    """Show a picture. An address always shows the same one."""
    name, _, ending = filename.partition(".")
    found = find_public_picture(name, ending) or abort(404)
    response = Response(found.content, mimetype=TYPES[found.format])
    response.headers["Cache-Control"] = FOR_A_YEAR
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # readers are elsewhere
    response.set_etag(found.hash)
    response.make_conditional(request)
    return response
