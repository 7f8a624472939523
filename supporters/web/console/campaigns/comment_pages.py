"""Comments on a campaign, by all who may read it, and the editor's question who else is there.

The editor asks for the list alone (`part`), and puts the answer into its page.
"""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from supporters import clock
from supporters.campaigns.comments import team_comments
from supporters.campaigns.comments.presence import Colleague, note_presence
from supporters.campaigns.comments.queries import find_comments_stamp
from supporters.campaigns.models import Campaign
from supporters.team.list_scopes import list_team_of
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.comment_board import CommentForm, make_board
from supporters.web.console.console_blueprint import CAMPAIGN, COMMENT, for_team, for_writers
from supporters.web.labels import label

PAGES = {"campaign": "console.show_campaign", "decision": "console.decision"}
Said = Sequence[tuple[str, str]]  # messages with their categories


@for_team.route(f"/campaigns/{CAMPAIGN}/comments", methods=["GET", "POST"])
def comments(campaign_id: int) -> ResponseReturnValue:
    """Show the comments on a campaign, and add one."""
    campaign = get_campaign_or_404(campaign_id)
    form = _make_form(campaign)
    if not form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
        return _show(campaign, form), status
    match team_comments.add_comment(campaign_id, form.new_comment(), current_user.id):
        case team_comments.AddedComment() as added:
            return _answer(campaign, f"comment-{added.comment.id}", _say_added(added))
        case team_comments.CommentError() as refused:
            form.comment.errors = [label(refused)]
            return _show(campaign, form), HTTPStatus.UNPROCESSABLE_ENTITY


@for_team.post(f"/campaigns/{CAMPAIGN}/comments/{COMMENT}/resolve")
def resolve_comment(campaign_id: int, comment_id: int) -> ResponseReturnValue:
    """Mark a comment as settled."""
    campaign = get_campaign_or_404(campaign_id)
    refused = team_comments.resolve_comment(campaign_id, comment_id, current_user.id)
    return _done(campaign, refused, gettext("Resolved. You can open it again."))


@for_team.post(f"/campaigns/{CAMPAIGN}/comments/{COMMENT}/reopen")
def reopen_comment(campaign_id: int, comment_id: int) -> ResponseReturnValue:
    """Open a resolved comment again."""
    campaign = get_campaign_or_404(campaign_id)
    refused = team_comments.reopen_comment(campaign_id, comment_id)
    return _done(campaign, refused, gettext("The comment is open again."))


@for_team.post(f"/campaigns/{CAMPAIGN}/comments/{COMMENT}/delete")
def delete_comment(campaign_id: int, comment_id: int) -> ResponseReturnValue:
    """Delete one's own comment, soon after it was written."""
    campaign = get_campaign_or_404(campaign_id)
    refused = team_comments.delete_comment(campaign_id, comment_id, current_user.id)
    return _done(campaign, refused, gettext("The comment is deleted."))


@for_writers.post(f"/campaigns/{CAMPAIGN}/presence")
def presence(campaign_id: int) -> ResponseReturnValue:
    """Note that the editor is open; answer who else is there, and whether comments changed."""
    get_campaign_or_404(campaign_id)
    now = clock.now()
    typed_at = now if request.form.get("typed") == "yes" else None
    others = note_presence(campaign_id, current_user.id, now, typed_at=typed_at)
    answer = {"words": _name_others(others), "comments": find_comments_stamp(campaign_id)}
    return jsonify(answer)


def _name_others(others: Sequence[Colleague]) -> str:
    """Return a sentence about the others, or an empty text."""
    writing = [each.name for each in others if each.is_writing]
    reading = [each.name for each in others if not each.is_writing]
    sentences = []
    if writing:
        words = ngettext(
            "%(names)s is writing.", "%(names)s are writing.", len(writing), names=_list(writing)
        )
        sentences.append(words)
    if reading:
        words = ngettext(
            "%(names)s has this draft open.",
            "%(names)s have this draft open.",
            len(reading),
            names=_list(reading),
        )
        sentences.append(words)
    return " ".join(sentences)


def _list(names: list[str]) -> str:
    *first, last = names
    if not first:
        return last
    return str(gettext("%(names)s and %(last)s", names=", ".join(first), last=last))


def _say_added(added: team_comments.AddedComment) -> Said:
    """Return the messages after a comment."""
    count = added.mentioned
    words = gettext("The comment is saved.")
    if count:
        words += " " + ngettext(
            "%(count)s colleague gets an email in some minutes.",
            "%(count)s colleagues get an email in some minutes.",
            count,
            count=count,
        )
    if not added.unknown:
        return [(words, "success")]
    names = ", ".join(f"@{each}" for each in added.unknown[:5])
    warning = gettext("Nobody who may read this campaign has the name %(names)s.", names=names)
    return [(words, "success"), (warning, "warning")]


def _done(
    campaign: Campaign, refused: team_comments.CommentError | None, words: str
) -> ResponseReturnValue:
    said = (label(refused), "error") if refused else (words, "success")
    return _answer(campaign, "comments", [said])


def _answer(campaign: Campaign, place: str, said: Said) -> ResponseReturnValue:
    """Show the list again to the editor, or lead back to the page of the form."""
    if "part" in request.form:
        return _show(campaign, _make_form(campaign, is_empty=True), said)
    for words, category in said:
        flash(words, category)
    page = PAGES.get(request.form.get("page", ""), "console.comments")
    return redirect(url_for(page, campaign_id=campaign.id, _anchor=place), 303)


def _make_form(campaign: Campaign, *, is_empty: bool = False) -> CommentForm:
    form = CommentForm(formdata=None) if is_empty else CommentForm()
    team = list_team_of(campaign.list_ids)
    form.told.choices = [(each.id, each.shown_name) for each in team if each.id != current_user.id]
    return form


def _show(campaign: Campaign, form: CommentForm, said: Said = ()) -> str:
    is_part = "part" in request.values
    return render_template(
        "console/campaigns/parts/comments_panel.html"
        if is_part
        else "console/campaigns/comments.html",
        campaign=campaign,
        form=form,
        board=make_board(campaign),
        said=said,
    )
