"""Refuses forms that another site sent, before the check of their token (REQ-128).

Browsers say whether a request comes from this site (Fetch Metadata). Older ones may name
another origin. Our own pages have the origin `null`, because they send no referrer.
"""

from flask import Flask, abort, request

from supporters.config import Settings

OUR_OWN = {"same-origin", "none"}
READING = {"GET", "HEAD", "OPTIONS"}
FROM_ANYWHERE = {"public.leave", "public.write_no_more"}  # RFC 8058: the mailbox provider sends
FROM_OUR_SITES = {"public.from_our_site", "public.form_program"}  # SUPPORTERS_FORM_ORIGINS


def init_app(app: Flask, settings: Settings) -> None:
    """Check each request that could change something, before all other checks."""
    known = {settings.base_url, "null"}

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in READING or request.endpoint in FROM_ANYWHERE:
            return
        site = request.headers.get("Sec-Fetch-Site", "none")
        origin = request.headers.get("Origin", "null").lower()
        if request.endpoint in FROM_OUR_SITES and origin in settings.form_origins:
            return
        if site not in OUR_OWN or origin not in known:
            abort(403)
