"""The legal notice, the accessibility page, the source code and the small files of the site."""

from datetime import timedelta
from functools import cache

from flask import Response, current_app, redirect, render_template, send_from_directory, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from supporters import clock
from supporters.extensions import current_settings
from supporters.languages import TEAM_LANGUAGES
from supporters.mail.links import link_to
from supporters.program_files import CHECKOUT, IS_RELEASE, SOURCE_OF_RELEASE, pack_source
from supporters.web.page_language import browser_language
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.page_theme import find_page_theme
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

PAGES_OF_PEOPLE = (  # their addresses hold a token
    *("confirm", "not-me", "why", "receipt", "subscriptions", "undo", "invited", "no-more"),
    *("renew", "my-data", "new-address"),
)
VALID_FOR = timedelta(days=180)
ONE_DAY = 86_400
SOURCES_A_MINUTE = 3  # of a network: each is some megabytes


@public.get(f"/{LANGUAGE}/legal")
def legal() -> str:
    """Show the publisher and the host of this site (LCEN article 1-1)."""
    return render_template("public/notices/legal.html")


@public.get(f"/{LANGUAGE}/accessibility")
def accessibility() -> str:
    """Show the accessibility statement and the contact address."""
    return render_template("public/notices/accessibility.html")


@public.get("/source.tar.gz")
def source() -> Response:
    """Return the source code of the running program (AGPL section 13)."""
    limit_lookups("source", SOURCES_A_MINUTE)
    return _cacheable(Response(_pack_source(), mimetype="application/gzip"))


@public.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Return the contact address for security reports (RFC 9116)."""
    expires = (clock.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{current_settings().party_contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(TEAM_LANGUAGES)}",
        f"Canonical: {link_to('public.security_txt')}",
    )
    return _plain(lines)


@public.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of the console, the archive, and pages whose addresses hold a token."""
    private = [f"Disallow: /*/{each}/" for each in PAGES_OF_PEOPLE]
    return _plain(
        (
            *("User-agent: *", "Disallow: /console/", "Disallow: /source.tar.gz"),
            *("Disallow: /leave/", *private),
        )
    )


@public.get("/favicon.ico")
def favicon() -> Response:
    """Return the icon, for browsers that ask for it at this address."""
    chosen = find_page_theme().theme.icon
    if chosen is not None:
        return _cacheable(Response(chosen, mimetype="image/png"))
    folder = current_app.static_folder or ""
    return _cacheable(send_from_directory(folder, "img/favicon.ico"))


def _plain(lines: tuple[str, ...]) -> Response:
    text = "".join(f"{line}\n" for line in lines)
    return _cacheable(Response(text, mimetype="text/plain"))


def _cacheable(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = ONE_DAY
    return response


@cache
def _pack_source() -> bytes:
    """Return the archive of this release, or of this checkout. Each process makes it once."""
    return SOURCE_OF_RELEASE.read_bytes() if IS_RELEASE else pack_source(CHECKOUT)


@public.get("/")
def root() -> WerkzeugResponse:
    """Redirect to the home page in the browser's language."""
    return redirect(url_for("public.home", lang_code=browser_language()))


@public.get(f"/{LANGUAGE}/privacy")
def privacy() -> str:
    """Show the privacy notice of GDPR article 13."""
    return render_template("public/notices/privacy.html", times=retention_times())
