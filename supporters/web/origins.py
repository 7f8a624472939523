"""Refuses forms that another site sent, before the check of their token (REQ-128).

Browsers say whether a request comes from this site (Fetch Metadata). Older ones may name
another origin. Our own pages have the origin `null`, because they send no referrer.
"""

import structlog
from flask import Flask, abort, g, request

from supporters import clock
from supporters.config import Settings
from supporters.extensions import is_first_in_a_minute
from supporters.settings.variables import normalise_base_url

OUR_OWN = {"same-origin", "none"}
READING = {"GET", "HEAD", "OPTIONS"}
FROM_ANYWHERE = {"public.leave", "public.write_no_more"}  # RFC 8058: the mailbox provider sends
SETTING = "SUPPORTERS_FORM_ORIGINS"
FROM_OUR_SITES = {"public.from_our_site", "public.form_program"}  # of this setting

log = structlog.get_logger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Check each request that could change something, before all other checks."""
    known = {settings.base_url, "null"}

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in READING or request.endpoint in FROM_ANYWHERE:
            return
        site = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get("Origin", "null").lower()
        is_of_form = request.endpoint in FROM_OUR_SITES
        if is_of_form and origin in settings.form_origins:
            return
        if site not in OUR_OWN or origin not in known:
            if is_of_form:
                _name_setting(origin)
            g.is_of_other_site = True
            abort(403)


def _name_setting(origin: str) -> None:
    """Tell the operator which setting a form of another site needs, once a minute."""
    if is_first_in_a_minute("refused origin", now=clock.now()):
        named = normalise_base_url(origin) or "unknown"
        log.warning("form.origin_refused", origin=named, setting=SETTING)
