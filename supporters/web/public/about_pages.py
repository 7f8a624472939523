"""What the law and the web expect of a site: who answers for it, its source, its small files."""

import io
import tarfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Response, current_app, redirect, render_template, send_from_directory, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from supporters import clock
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_open_lists
from supporters.mail.links import link_to
from supporters.web.page_language import browser_language
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import slow_down
from supporters.web.public.retention_notice import times_kept

ROOT = Path(__file__).parents[3]
# What this program is made of; whatever else lies in its folder is the operator's own.
PARTS_OF_THE_SOURCE = (
    *("app.py", "gunicorn.conf.py", "pyproject.toml", "babel.cfg", "Makefile"),
    *("requirements.lock", "requirements-workshop.lock"),
    *("LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("supporters", "templates", "static", "tests", "benchmarks", "docs"),
)
ENDINGS_OF_CACHES = {".pyc", ".mo"}
VALID_FOR = timedelta(days=180)
ONE_DAY = 86_400


@public.get(f"/{LANGUAGE}/legal")
def legal() -> str:
    """Say who publishes this site, and who hosts it (LCEN article 1-1)."""
    return render_template("public/legal.html")


@public.get(f"/{LANGUAGE}/accessibility")
def accessibility() -> str:
    """Say how accessible this site is, and where to write if it isn't."""
    return render_template("public/accessibility.html")


@public.get("/source.tar.gz")
def source() -> Response:
    """Hand out the source of the program as it runs here (AGPL section 13)."""
    slow_down("source")
    return _keepable(Response(_pack_source(), mimetype="application/gzip"))


@public.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Say whom to tell of a security hole (RFC 9116)."""
    expires = (clock.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{current_settings().party_contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {link_to('public.security_txt')}",
    )
    return _plain(lines)


@public.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers to the pages that are for everybody; the others say noindex besides."""
    return _plain(("User-agent: *", "Disallow: /console/", "Disallow: /source.tar.gz"))


@public.get("/favicon.ico")
def favicon() -> Response:
    """Show the mark to browsers that ask for it here."""
    folder = current_app.static_folder or ""
    return _keepable(send_from_directory(folder, "img/favicon.ico"))


def _plain(lines: tuple[str, ...]) -> Response:
    text = "".join(f"{line}\n" for line in lines)
    return _keepable(Response(text, mimetype="text/plain"))


def _keepable(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = ONE_DAY
    return response


@cache
def _pack_source() -> bytes:
    """Return the archive; it is made once in each process that is asked for it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for part in PARTS_OF_THE_SOURCE:
            if (ROOT / part).exists():
                archive.add(ROOT / part, arcname=f"supporters/{part}", filter=_without_the_rest)
    return packed.getvalue()


def _without_the_rest(file: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what is hidden or cached, what is no file, and who owns it."""
    path = Path(file.name)
    is_ours = not path.name.startswith(".") and path.name != "__pycache__"
    if not is_ours or path.suffix in ENDINGS_OF_CACHES or not (file.isfile() or file.isdir()):
        return None
    file.uid = file.gid = 0
    file.uname = file.gname = ""
    return file


@public.get("/")
def root() -> WerkzeugResponse:
    """Lead to the home page in the browser's language."""
    return redirect(url_for("public.home", lang_code=browser_language()))


@public.get(f"/{LANGUAGE}/")
def home() -> str:
    """Show the lists that people can join."""
    return render_template("public/home.html", lists=list_open_lists())


@public.get(f"/{LANGUAGE}/privacy")
def privacy() -> str:
    """Show the notice of GDPR article 13."""
    return render_template("public/privacy.html", times=times_kept())
