"""The first page of a new campaign: empty, from a template, or as a copy. A GET stores nothing."""

from flask import abort, render_template, request
from flask_login import current_user

from supporters.campaigns.beginnings.models import TextKind
from supporters.campaigns.beginnings.queries import list_campaigns_to_copy, list_team_texts
from supporters.campaigns.beginnings.starting_texts import ReadyTemplate
from supporters.delivery.message.text_previews import preview_text
from supporters.languages import TEAM_LANGUAGES
from supporters.web.console.campaigns.draft_pages import sample_name
from supporters.web.console.campaigns.starting_points import find_start
from supporters.web.console.console_blueprint import console, writers_only
from supporters.web.console.preview_looks import show_as_asked
from supporters.web.console.visibility import current_scope
from supporters.web.headers import show_as_email

MOST_WORDS = 100


@console.get("/campaigns/start")
@writers_only
def start_campaign() -> str:
    """Show what a new campaign can begin with."""
    asked = request.args.get("language", "")
    words = request.args.get("q", "").strip()[:MOST_WORDS]
    return render_template(
        "console/campaigns/start.html",
        ready=[*ReadyTemplate],
        language=asked if asked in TEAM_LANGUAGES else current_user.language,
        languages=TEAM_LANGUAGES,
        templates=list_team_texts(TextKind.TEMPLATE),
        campaigns=list_campaigns_to_copy(words, current_scope()),
        words=words,
        list_id=request.args.get("list", type=int),
    )


@console.get("/campaigns/start/look.html")
@writers_only
def starting_text_html() -> str:
    """Show a template, a piece or a campaign as an email, for the sandboxed frame of a page."""
    start = find_start(request.args) or abort(404)
    show_as_email()
    content = preview_text(start, given_name=sample_name())
    return show_as_asked(content, start.language, request.args)
