"""The pages of a training: the entrance, the change of part, the beginning of a new day.

Nobody sees a page of a training but those who entered by a link of the party's console. Without a
key (this machine alone) everybody may enter.
"""

from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import logout_user
from werkzeug.exceptions import HTTPException

from supporters.extensions import current_settings
from supporters.languages import TEAM_LANGUAGES
from supporters.logs import PICTURES
from supporters.sign_in.second_factors import SignInWay
from supporters.sign_in.sign_in import sign_in_account
from supporters.sign_in.training_links import read_training_link, use_training_link
from supporters.training.new_day import ask_for_new_day, is_new_day_asked
from supporters.training.training_parts import (
    Part,
    PlayedPart,
    find_account_of_part,
    list_parts,
    part_of,
)
from supporters.training.whole_day import DayStep, list_day_steps
from supporters.web.console.console_blueprint import (
    PUBLIC_ENDPOINTS,
    is_signed_in,
    may_open,
    own_path,
    wants_json,
)
from supporters.web.console.console_guards import refuse_script
from supporters.web.page_language import SESSION_KEY, select_language

ENTERED = "training"
FILES = {"static", "health.livez", "health.readyz", "health.healthz"}
OPEN = {
    *("training.entrance", "training.enter", "training.enter_now"),
    "console.choose_language",
}
LOOKS_AGAIN_AFTER = "3"  # seconds
training = Blueprint("training", __name__, url_prefix="/console/training")


class TrainingDay(NamedTuple):
    """The values of the banner, for those who entered."""

    visitor: str
    part: Part | None
    parts: list[PlayedPart]
    steps: list[DayStep]

    @property
    def done(self) -> int:
        """The number of steps that are done."""
        return sum(step.is_done for step in self.steps)


def has_entered() -> bool:
    """Tell whether this visitor entered by a link, or needs none."""
    return ENTERED in session or not current_settings().training.key


@training.before_app_request
def let_the_team_in() -> ResponseReturnValue | None:
    """Lead strangers to the entrance, and those who play no part to the choice of one."""
    if request.endpoint in FILES or request.path.startswith(PICTURES):
        return None
    if is_new_day_asked(current_settings()):
        return _wait_for_new_day()
    if request.endpoint in OPEN:
        return None
    if has_entered() and not _plays_no_part():
        return None
    return refuse_script() if wants_json() else redirect(url_for("training.entrance"), 303)


def _wait_for_new_day() -> ResponseReturnValue:
    """Show a page that looks again by itself, until these processes end and new ones begin."""
    if request.method not in {"GET", "HEAD"}:
        return redirect(url_for("training.entrance"), 303)
    page = render_template("training/waiting.html")
    return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Refresh": LOOKS_AGAIN_AFTER}


def _plays_no_part() -> bool:
    """Tell whether a page of the console needs an account, and this browser has none."""
    of_the_console = request.blueprint == "console" and request.endpoint not in PUBLIC_ENDPOINTS
    return of_the_console and not is_signed_in()


@training.app_context_processor
def offer_training_day() -> dict[str, object]:
    """Give the banner the parts and the steps."""
    return {"training_day": describe_day}


def describe_day() -> TrainingDay | None:
    """Return what the banner of the console shows; None on other pages, and to strangers."""
    if request.blueprint not in {"console", "security", "training"} or not has_entered():
        return None
    part = part_of(current_user.email) if is_signed_in() else None
    return TrainingDay(session.get(ENTERED, ""), part, list_parts(), list_day_steps())


@training.get("/")
def entrance() -> str:
    """Say how one enters, or offer the parts."""
    return render_template("training/entrance.html", has_entered=has_entered(), is_link=False)


@training.get("/enter/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Show the visitor of a link what the training is. Opening the page uses nothing up."""
    visitor = read_training_link(current_settings().training, token)
    if visitor is None:
        return _refuse_link()
    g.reader_language = visitor.language
    return render_template("training/entrance.html", has_entered=False, is_link=True)


@training.post("/enter/<token>")
def enter_now(token: str) -> ResponseReturnValue:
    """Let the visitor of a link in. They begin as the author."""
    visitor = use_training_link(current_settings().training, token)
    if visitor is None:
        return _refuse_link()
    session[ENTERED] = visitor.name
    if visitor.language in TEAM_LANGUAGES:
        session[SESSION_KEY] = visitor.language
    _sign_in_as(Part.AUTHOR)
    return redirect(url_for("console.dashboard"), 303)


def _refuse_link() -> ResponseReturnValue:
    page = render_template("training/entrance.html", has_entered=has_entered(), is_old_link=True)
    return page, HTTPStatus.GONE


@training.post("/play/<any(author, approver, owner):part>")
def play(part: str) -> ResponseReturnValue:
    """Sign the visitor in with the account of another part, and show the same page."""
    _sign_in_as(Part(part))
    return redirect(_page_of_part(own_path(request.form.get("back", ""))), 303)


def _sign_in_as(part: Part) -> None:
    account = find_account_of_part(part) or abort(404)
    session.setdefault(SESSION_KEY, select_language())  # else it would be that of each account
    if is_signed_in():
        logout_user()
    sign_in_account(account, SignInWay.TRAINING)


def _page_of_part(page: str) -> str:
    """Return a page of the console, or the dashboard if the new part may not open it."""
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(  # type: ignore[union-attr]
            urlsplit(page).path, method="GET"
        )
    except HTTPException:
        return url_for("console.dashboard")
    return page if may_open(endpoint) else url_for("console.dashboard")


@training.get("/new-day")
def ask_new_day() -> str:
    """Ask before the day begins again."""
    return render_template("training/new_day.html")


@training.post("/new-day")
def new_day() -> ResponseReturnValue:
    """Make the sample party anew. Pages that are opened meanwhile wait for it."""
    ask_for_new_day(current_settings())
    return redirect(url_for("training.entrance"), 303)
