"""Drafts of campaigns: begin, write, change, preview, test. A GET stores nothing.

A draft with mistakes can be saved. If two people change one at the same time, the second one sees
both texts and chooses.
"""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns import drafts
from supporters.campaigns.beginnings.starting_texts import StartingText
from supporters.campaigns.content_checks import find_draft_faults
from supporters.campaigns.language_texts import edit_text
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import other_language
from supporters.campaigns.queries import find_campaign, list_campaigns_to_copy
from supporters.campaigns.states import has_ledger, is_frozen, is_trashed, may_edit
from supporters.campaigns.text_differences import compare_texts, has_changes
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.previews import preview_campaign, preview_frozen
from supporters.delivery.message.text_previews import preview_text
from supporters.languages import TEAM_LANGUAGES
from supporters.lists.queries import list_changed_list_ids
from supporters.web.console.campaigns.audience.audiences import (
    audiences_of,
    count_chosen,
    first_audiences,
    list_audiences,
    say_audience,
)
from supporters.web.console.campaigns.campaign_forms import CampaignForm
from supporters.web.console.campaigns.campaign_pages import (
    get_campaign_or_404,
    get_even_trashed_or_404,
    to_campaign,
)
from supporters.web.console.campaigns.composer_data import composer_of
from supporters.web.console.campaigns.languages.language_tabs import (
    describe_languages,
    describe_tabs,
    find_text_of_page,
    text_of_page,
    to_text,
)
from supporters.web.console.campaigns.team_text_pages import (
    find_start,
    sketch_ready,
    sketch_templates,
)
from supporters.web.console.campaigns.writing.draft_redirects import (
    redirect_to_faults,
    redirect_to_launched,
)
from supporters.web.console.campaigns.writing.own_tests import send_own_test
from supporters.web.console.console_blueprint import CAMPAIGN, for_team, for_writers, name_of_author
from supporters.web.console.preview_looks import show_as_asked
from supporters.web.console.visibility import current_scope
from supporters.web.headers import show_as_our_email

MOST_WORDS = 100
SAMPLE_NAME = "Camille"


@for_writers.get("/campaigns/start")
def start_campaign() -> str:
    """Show what a new campaign can begin with."""
    asked = request.args.get("language", "")
    words = request.args.get("q", "").strip()[:MOST_WORDS]
    language = asked if asked in TEAM_LANGUAGES else current_user.language
    return render_template(
        "console/campaigns/start.html",
        ready=sketch_ready(language),
        message_language=language,
        languages=TEAM_LANGUAGES,
        templates=sketch_templates(),
        campaigns=list_campaigns_to_copy(words, current_scope()),
        words=words,
        list_id=request.args.get("list", type=int),
    )


@for_writers.get("/campaigns/start/look.html")
def starting_text_html() -> str:
    """Show a template, a piece or a campaign as an email, for the sandboxed frame of a page."""
    start = find_start(request.args) or abort(404)
    show_as_our_email()
    content = preview_text(start, given_name=sample_name())
    return show_as_asked(content, start.language, request.args)


CONFLICT, UNPROCESSABLE = 409, 422


@for_writers.route("/campaigns/new", methods=["GET", "POST"])
def new_campaign() -> ResponseReturnValue:
    """Write a new draft, perhaps from a template or from a copy."""
    start = find_start(request.args)
    form = _make_form()
    if not form.offered:
        flash(gettext("A campaign needs a list. Create one first."), "warning")
        return redirect(url_for("console.lists"))
    if form.validate_on_submit():
        return _saved(drafts.create_campaign(form.draft(), current_user.id))
    if form.is_fresh():
        list_ids = request.args.getlist("list", type=int)
        form.mailing_list_id.data = first_audiences(list_ids, form.offered)
        form.language.data = current_user.language
        if start is not None:
            form.begin_with(start)
    return _show_form(form, None, start), UNPROCESSABLE if form.is_submitted() else 200


@for_writers.route(f"/campaigns/{CAMPAIGN}/edit", methods=["GET", "POST"])
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change a draft."""
    campaign = find_campaign(campaign_id)
    if campaign is not None and not current_scope().covers_all(campaign.list_ids):
        abort(404)
    campaign = campaign and find_text_of_page(campaign)
    form = _make_form(campaign)
    if campaign is None or not may_edit(campaign.status):
        return _refuse(campaign, form)
    if not form.validate_on_submit():
        if form.is_fresh():
            form.show_faults()
        return _show_form(form, campaign), UNPROCESSABLE if form.is_submitted() else 200
    if "as_new" in request.form:
        return _saved(drafts.create_campaign(form.draft(), current_user.id))
    return _save_change(campaign, form)


def _save_change(campaign: Campaign, form: CampaignForm) -> ResponseReturnValue:
    match edit_text(
        campaign.id,
        other_language(campaign),
        form.draft(),
        author_id=current_user.id,
        read_revision=form.read_revision,
    ):
        case Campaign() as saved:
            return _saved(saved)
        case drafts.DraftError.CHANGED_MEANWHILE:
            return _show_both(form, text_of_page(get_campaign_or_404(campaign.id)))
        case drafts.DraftError.LANGUAGE_TAKEN:
            form.language.errors = [gettext("This campaign has another text in this language.")]
            return _show_form(form, campaign), UNPROCESSABLE
        case _:
            return _refuse(find_campaign(campaign.id), form)


def _make_form(campaign: Campaign | None = None) -> CampaignForm:
    form = CampaignForm(obj=campaign)
    form.offer(list_audiences(current_scope()))
    if campaign is not None and form.is_fresh():
        form.mailing_list_id.data = audiences_of(campaign)
        form.read.data = str(campaign.revision)
    return form


def _show_form(
    form: CampaignForm,
    campaign: Campaign | None,
    start: StartingText | None = None,
    **more: object,
) -> str:
    return render_template(
        "console/campaigns/campaign_form.html",
        form=form,
        campaign=campaign,
        has_changed_lists=current_scope().covers_any(list_changed_list_ids()),
        audience=say_audience(count_chosen(form.chosen)),
        is_frozen=campaign is not None and is_frozen(campaign.status),
        composer=composer_of(campaign, start) if form.is_fresh() and not more else None,
        **describe_languages(campaign),
        **more,
    )


def _show_both(form: CampaignForm, campaign: Campaign) -> ResponseReturnValue:
    """Show how the typed text differs from the one that somebody else saved. A press chooses."""
    form.read.data = str(campaign.revision)
    mine = form.draft()
    differences = [
        (gettext("Subject"), compare_texts(campaign.subject, mine.subject)),
        (gettext("First words in the inbox"), compare_texts(campaign.preheader, mine.preheader)),
        (gettext("Message"), compare_texts(campaign.body, mine.body)),
        (gettext("Name for the team"), compare_texts(campaign.internal_name, mine.internal_name)),
    ]
    page = _show_form(
        form,
        campaign,
        theirs=campaign,
        who=name_of_author(campaign.updated_by),
        differences=[(name, pieces) for name, pieces in differences if has_changes(pieces)],
    )
    return page, CONFLICT


def _refuse(campaign: Campaign | None, form: CampaignForm) -> ResponseReturnValue:
    """Answer for a campaign that is no longer a draft. The typed text can become a new draft."""
    trashed = campaign is not None and is_trashed(campaign.status)
    if form.is_fresh():
        if campaign is not None and trashed:
            return to_campaign(campaign.id)
        return redirect_to_launched(campaign.id) if campaign else abort(404)
    lost = "trashed" if trashed else "launched" if campaign else "deleted"
    return _show_form(form, None, lost=lost), CONFLICT


def _saved(campaign: Campaign) -> ResponseReturnValue:
    """Show what is next: the mistakes, what the button names, or the campaign."""
    if find_draft_faults(campaign):
        words = gettext(
            "The draft is saved. Correct the marked mistakes before you test or launch it."
        )
        flash(words, "warning")
        return to_text(campaign)
    flash(gettext("The draft is saved."), "success")
    if request.form.get("then") != "test":
        return redirect(url_for("console.show_campaign", campaign_id=campaign.id), 303)
    send_own_test(get_campaign_or_404(campaign.id))
    return redirect(url_for("console.decision", campaign_id=campaign.id), 303)


@for_team.get(f"/campaigns/{CAMPAIGN}/preview")
def preview(campaign_id: int) -> ResponseReturnValue:
    """Show the message as a page and as plain text: as frozen, or as the draft is now."""
    campaign = text_of_page(get_even_trashed_or_404(campaign_id))
    if _is_faulty_draft(campaign):
        return redirect_to_faults(campaign_id)
    frozen = read_campaign(campaign).in_language(campaign.language)
    return render_template(
        "console/campaigns/preview.html",
        campaign=campaign,
        mail=preview_frozen(frozen, sample_name()),
        preheader=frozen.source.preheader,
        sender=frozen.sender,
        sample_name=sample_name(),
        **describe_tabs(campaign),
    )


@for_team.get(f"/campaigns/{CAMPAIGN}/preview.html")
def preview_html(campaign_id: int) -> str:
    """Show the HTML of the message, for the sandboxed frame of the preview."""
    campaign = text_of_page(get_even_trashed_or_404(campaign_id))
    if _is_faulty_draft(campaign) and campaign.document is None:
        abort(404)
    content = preview_campaign(campaign, sample_name())
    show_as_our_email()
    return show_as_asked(content, campaign.language, request.args)


def _is_faulty_draft(campaign: Campaign) -> bool:
    """Tell whether a campaign can't be shown as a message. A frozen or launched one always can."""
    has_version = is_frozen(campaign.status) or has_ledger(campaign.status)
    return not has_version and bool(find_draft_faults(campaign))


def sample_name() -> str | None:
    """Return the first name of the sample reader; None for a reader who gave none."""
    return SAMPLE_NAME if "name" in request.args else None
