"""Answers 304 to a browser that has the present bytes of a page that is the same for everybody.

The browser caches such a page and asks each time whether it has changed, so nobody sees an old one.
A page with a message for one visitor, or with a cookie, is cached nowhere.
"""

from flask import Flask, Response, g, request, session

PAGES = {
    *("public.home", "public.privacy", "public.legal", "public.accessibility", "public.origin"),
    *("public.archive", "public.list_archive", "public.issue", "public.feed"),
}
READING = {"GET", "HEAD"}
OK = 200


def init_app(app: Flask) -> None:
    """Mark the pages, and leave out the body that a browser has already."""
    app.after_request(_leave_out_known_body)


def _leave_out_known_body(response: Response) -> Response:
    if not _is_for_everybody(response):
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Encoding")
    response.add_etag(weak=True)  # the compressed page is another sequence of bytes
    response.make_conditional(request)
    return response


def _is_for_everybody(response: Response) -> bool:
    """Tell whether the page is public, and its request changed and set no cookie."""
    if request.endpoint not in PAGES or request.method not in READING:
        return False  # the session of other pages is not looked at: it would say Vary: Cookie
    if "csrf_token" in g:
        return False  # a form with a token of this browser
    sets_cookie = session.modified or session.permanent or "Set-Cookie" in response.headers
    return response.status_code == OK and not sets_cookie
