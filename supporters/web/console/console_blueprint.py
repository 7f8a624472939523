"""The blueprint of the console: the roles that open its pages, and what they ask of a session."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser
from supporters.sign_in.second_factors import is_second_factor_missing
from supporters.sign_in.sign_in import has_recent_password
from supporters.sign_in.stored_forms import StoringReason
from supporters.web.console.unsaved_forms import store_posted_form

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., ResponseReturnValue])
console = Blueprint("console", __name__, url_prefix="/console")
PUBLIC_ENDPOINTS = {
    *("console.welcome", "console.choose_language"),
    *("console.forgotten_password", "console.new_password"),
    *("console.passkey_sign_in", "console.passkey_sign_in_options", "console.second_factor"),
    *("console.openid_start", "console.openid_return"),
}
# The pages that a session without its second factor may open: they check one, or add the first.
CHECKS_FACTOR = {
    "console.factors",
    "console.passkey_confirm_options",
    "console.confirm_with_passkey",
}
ADDS_FACTOR = {
    "console.new_passkey",
    "console.passkey_add_options",
    "console.authenticator_app",
}
_open_to: dict[object, frozenset[RoleName]] = {}
BREACH = f"<int(max={2**63 - 1}):breach_id>"
CAMPAIGN = f"<int(max={2**31 - 1}):campaign_id>"
COMMENT = f"<int(max={2**63 - 1}):comment_id>"
CASE = f"<int(max={2**63 - 1}):case_id>"
LIST = f"<int(max={2**31 - 1}):list_id>"
PAGE = f"<int(max={2**31 - 1}):page_id>"
PICTURE = f"<int(max={2**63 - 1}):picture_id>"
TEAM_TEXT = f"<int(max={2**63 - 1}):text_id>"
PURPOSE = f"<int(max={2**31 - 1}):purpose_id>"
ORGANISER = f"<int(max={2**63 - 1}):organiser_id>"
PASSKEY = f"<int(max={2**63 - 1}):passkey_id>"
PERSON = f"<int(max={2**63 - 1}):subscriber_id>"


def wants_json() -> bool:
    """Tell whether a script of ours asks: it can't follow a redirect to a page."""
    offered = ["text/html", "application/json"]
    return request.is_json or request.accept_mimetypes.best_match(offered) == offered[1]


def is_signed_in() -> bool:
    """Tell whether an account is signed in. A session that is over loads no account."""
    return bool(current_user.is_authenticated)


class PagesFor:
    """The pages that accounts with one of the roles may open. Any other page of ours is closed."""

    def __init__(self, *roles: RoleName) -> None:
        self._roles = frozenset(roles)

    def route(self, rule: str, methods: Sequence[str]) -> Callable[[V], V]:
        """Give a page its address, as Flask does, and open it to these accounts."""
        add = console.route(rule, methods=[*methods])

        def open_it(view: V) -> V:
            _open_to[view] = self._roles
            return add(view)

        return open_it

    def get(self, rule: str) -> Callable[[V], V]:
        """Give a page that is only read its address."""
        return self.route(rule, ["GET"])

    def post(self, rule: str) -> Callable[[V], V]:
        """Give a form its address."""
        return self.route(rule, ["POST"])


for_owners = PagesFor(RoleName.OWNER)
for_writers = PagesFor(RoleName.OWNER, RoleName.ORGANISER)
for_owners_and_dpo = PagesFor(RoleName.OWNER, RoleName.DPO)
for_dpo = PagesFor(RoleName.DPO)
for_exporters = PagesFor(RoleName.EXPORTER)
for_team = PagesFor(RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)
for_everybody = PagesFor(*RoleName)


def roles_of(endpoint: str) -> frozenset[RoleName]:
    """Return the roles that may open a page. The default is none."""
    return _open_to.get(current_app.view_functions.get(endpoint), frozenset())


def may_open(endpoint: str) -> bool:
    """Tell whether the account of this request may open a page of the console."""
    if is_second_factor_missing() and endpoint not in CHECKS_FACTOR | ADDS_FACTOR:
        return False
    return any(current_user.has_role(role.value) for role in roles_of(endpoint))


def done(words: str | None, endpoint: str, **values: Any) -> ResponseReturnValue:
    """Say what was done, or that nothing was, and redirect to a page."""
    flash(words or gettext("Nothing was changed."), "success" if words else "info")
    return redirect(url_for(endpoint, **values), 303)


def own_path(target: str) -> str:
    """Return a path of the console, or the dashboard for anything else."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return url_for("console.dashboard")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/console/")
    is_plain = "\\" not in target and target.isprintable()
    return target if is_ours and is_plain else url_for("console.dashboard")


def recent_password_required(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Ask for the password if it was typed more than ten minutes ago.

    The form comes back afterwards, and its writer sends it again. So the page must have a GET.
    """

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        if has_recent_password():
            return view(*arguments, **options)
        return redirect(url_for("security.verify", next=_page_after_password()), 303)

    return guarded


def recent_password_to_send(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Ask for the password before the form of a page is accepted, and not before it is read."""
    asked = recent_password_required(view)

    @wraps(view)
    def guarded(*arguments: P.args, **options: P.kwargs) -> ResponseReturnValue:
        if request.method == "POST":
            return asked(*arguments, **options)
        return view(*arguments, **options)

    return guarded


def _page_after_password() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return store_posted_form(StoringReason.IDENTITY_ASKED, request.path) or request.path


def name_of_author(organiser_id: int | None) -> str:
    """Return the author of a change: an account, or somebody at a shell."""
    organiser = None if organiser_id is None else find_organiser(organiser_id)
    return organiser.name_and_address if organiser else str(gettext("somebody"))
