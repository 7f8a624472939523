"""The history of a campaign's text: what was saved, how it differs from now, how it comes back."""

from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.campaigns import text_restore
from supporters.campaigns.content_checks import find_draft_faults
from supporters.campaigns.drafts import DraftError, draft_with
from supporters.campaigns.history.queries import (
    find_saved_text,
    list_removed_languages,
    list_saved_texts,
)
from supporters.campaigns.history.rules import MOST_NAMED, MOST_UNNAMED, OF_A_BROWSER
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.other_languages.queries import find_in_language
from supporters.campaigns.states import is_frozen, may_edit
from supporters.campaigns.text_differences import DifferencePiece, compare_texts, has_changes
from supporters.delivery.message.previews import preview_campaign
from supporters.languages import LANGUAGES
from supporters.retention.labels import time_of
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.draft_pages import SAMPLE_NAME
from supporters.web.console.campaigns.history_forms import ReadRevisionForm, SavedTextForm
from supporters.web.console.campaigns.languages.language_tabs import list_tabs
from supporters.web.console.campaigns.writing.draft_redirects import redirect_to_launched
from supporters.web.console.console_blueprint import CAMPAIGN, for_writers, name_of_author
from supporters.web.console.preview_looks import show_as_asked
from supporters.web.headers import show_as_our_email

TEXT = f"<int(max={2**31 - 1}):number>"
Difference = tuple[str, list[DifferencePiece]]


class HistoryRow(NamedTuple):
    """A row of the history."""

    number: int
    who: str
    begun_at: datetime
    saved_at: datetime
    name: str
    version: int | None
    restored_number: int | None
    is_now: bool
    is_of_a_browser: bool


@for_writers.route(f"/campaigns/{CAMPAIGN}/history", methods=["GET", "POST"])
def history(campaign_id: int) -> ResponseReturnValue:
    """Show the saved texts of a campaign. The form names the text as it is now."""
    campaign = get_campaign_or_404(campaign_id)
    form, other = SavedTextForm(), _read_language(campaign)
    if form.validate_on_submit():
        if not form.name.data:
            form.name.errors = [gettext("Type a name.")]
        elif _name(campaign_id, None, form, other=other):
            page = url_for("console.history", campaign_id=campaign_id, language=other)
            return redirect(page, 303)
    return _show_history(campaign, form, other), _status_of(form)


def _read_language(campaign: Campaign) -> str | None:
    """Return the other language whose history is asked for, which may be a removed one."""
    asked = request.args.get("language")
    if asked is None or asked == campaign.language:
        return None
    return asked if asked in LANGUAGES else abort(404)


@for_writers.route(f"/campaigns/{CAMPAIGN}/history/{TEXT}", methods=["GET", "POST"])
def saved_text(campaign_id: int, number: int) -> ResponseReturnValue:
    """Show one saved text, and its differences from the text as it is now. The form names it."""
    campaign = get_campaign_or_404(campaign_id)
    saved = _get_saved_or_404(campaign, number)
    form = SavedTextForm(obj=saved)
    if form.validate_on_submit() and _name(campaign_id, number, form):
        other = saved.language if saved.is_other else None
        return redirect(url_for("console.history", campaign_id=campaign_id, language=other), 303)
    return _show_saved(campaign, saved, form), _status_of(form)


@for_writers.post(f"/campaigns/{CAMPAIGN}/history/{TEXT}/restore")
def restore_text(campaign_id: int, number: int) -> ResponseReturnValue:
    """Put a saved text back. The next page offers to undo that."""
    get_campaign_or_404(campaign_id)
    read = ReadRevisionForm().read_revision
    match text_restore.restore_text(campaign_id, number, by_id=current_user.id, read_revision=read):
        case SavedText() as replaced:
            return redirect(_page_after(replaced, number), 303)
        case DraftError.LANGUAGE_TAKEN:
            flash(gettext("This campaign has another text in this language."), "error")
            return redirect(url_for("console.history", campaign_id=campaign_id), 303)
        case DraftError.NOT_A_DRAFT:
            return redirect_to_launched(campaign_id)
        case DraftError.CHANGED_MEANWHILE:
            return _show_changed(campaign_id, number), HTTPStatus.CONFLICT
        case _:
            return abort(404)


def _page_after(replaced: SavedText, number: int) -> str:
    """Return the page that offers to undo a restore. A language that came back replaced nothing."""
    other = replaced.language if replaced.is_other else None
    if replaced.number == number:
        name = LANGUAGES[replaced.language]
        flash(gettext("The text is back (%(language)s).", language=name), "success")
    return url_for(
        "console.history",
        campaign_id=replaced.campaign_id,
        language=other,
        replaced=None if replaced.number == number else replaced.number,
    )


@for_writers.get(f"/campaigns/{CAMPAIGN}/history/{TEXT}/preview.html")
def saved_text_html(campaign_id: int, number: int) -> str:
    """Show a saved text as an email, for the sandboxed frame of its page."""
    campaign = get_campaign_or_404(campaign_id)
    old = draft_with(campaign, _get_saved_or_404(campaign, number))
    if not _can_be_shown(old):
        abort(404)
    show_as_our_email()
    return show_as_asked(preview_campaign(old, SAMPLE_NAME), old.language, request.args)


def _show_history(campaign: Campaign, form: SavedTextForm, other: str | None) -> str:
    text = find_in_language(campaign, other) if other else campaign
    saved = list_saved_texts(campaign.id, other)
    if text is None and not saved:
        abort(404)
    rows = [
        HistoryRow(
            number=each.number,
            who=name_of_author(each.saved_by),
            begun_at=each.begun_at,
            saved_at=each.saved_at,
            name=each.name,
            version=each.version,
            restored_number=each.restored_number,
            is_now=text is not None and each.revision == text.revision,
            is_of_a_browser=each.revision == OF_A_BROWSER,
        )
        for each in saved
    ]
    replaced = request.args.get("replaced", 0, type=int)
    return render_template(
        "console/campaigns/history.html",
        campaign=campaign,
        form=form,
        tabs=list_tabs(campaign, text),
        removed=[(each, LANGUAGES[each]) for each in list_removed_languages(campaign.id)],
        other=other,
        is_removed=text is None,
        read=ReadRevisionForm(formdata=None, read=str(text.revision if text else 0)),
        rows=rows,
        replaced=next((each for each in rows if each.number == replaced), None),
        is_editable=may_edit(campaign.status),
        most_unnamed=MOST_UNNAMED,
        most_named=MOST_NAMED,
        retained_for=time_of(get_days(Category.DRAFTS)),
    )


def _show_saved(
    campaign: Campaign, saved: SavedText, form: SavedTextForm, *, is_old: bool = False
) -> str:
    text = _find_present(campaign, saved)
    return render_template(
        "console/campaigns/saved_text.html",
        campaign=campaign,
        saved=saved,
        form=form,
        other=saved.language if saved.is_other else None,
        read=ReadRevisionForm(formdata=None, read=str(text.revision or 0)),
        who=name_of_author(saved.saved_by),
        changed_by=name_of_author(text.updated_by) if is_old else None,
        differences=_compare(saved, text),
        is_shown=_can_be_shown(draft_with(campaign, saved)),
        is_editable=may_edit(campaign.status),
        is_frozen=is_frozen(campaign.status),
    )


def _find_present(campaign: Campaign, saved: SavedText) -> Campaign:
    """Return the text that a saved one would replace; an empty one for a removed language."""
    if not saved.is_other:
        return campaign
    nothing = Campaign(language=saved.language, subject="", preheader="", body="")
    return find_in_language(campaign, saved.language) or nothing


def _show_changed(campaign_id: int, number: int) -> str:
    """Show a saved text of a campaign that somebody else has changed meanwhile."""
    campaign = get_campaign_or_404(campaign_id)
    saved = _get_saved_or_404(campaign, number)
    return _show_saved(campaign, saved, SavedTextForm(formdata=None, obj=saved), is_old=True)


def _name(
    campaign_id: int, number: int | None, form: SavedTextForm, *, other: str | None = None
) -> bool:
    """Name a text; return False if the form must be shown again."""
    match text_restore.name_text(campaign_id, number, form.name.data or "", other=other):
        case SavedText():
            return True
        case DraftError.TOO_MANY_NAMES:
            words = gettext(
                "%(count)s texts of this campaign have a name: this is the limit. Take a name away "
                "first: open its text, and empty the field.",
                count=format_decimal(MOST_NAMED),
            )
            form.name.errors = [words]
            return False
        case _:
            return abort(404)


def _status_of(form: SavedTextForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _get_saved_or_404(campaign: Campaign, number: int) -> SavedText:
    return find_saved_text(campaign.id, number) or abort(404)


def _compare(saved: SavedText, campaign: Campaign) -> list[Difference]:
    """Return the fields that differ, from the saved text to the text as it is now."""
    before, now = LANGUAGES.get(saved.language, ""), LANGUAGES.get(campaign.language, "")
    compared = [
        (gettext("Language of the message"), compare_texts(before, now)),
        (gettext("Subject"), compare_texts(saved.subject, campaign.subject)),
        (gettext("First words in the inbox"), compare_texts(saved.preheader, campaign.preheader)),
        (gettext("Message"), compare_texts(saved.body, campaign.body)),
    ]
    return [(name, pieces) for name, pieces in compared if has_changes(pieces)]


def _can_be_shown(draft: Campaign) -> bool:
    return draft.document is not None or not find_draft_faults(draft)
