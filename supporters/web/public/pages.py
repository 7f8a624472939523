"""The public pages that only tell: home and the privacy notice."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from supporters.lists.queries import list_open_lists
from supporters.web.languages import browser_language
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.times import times_kept


@public.get("/")
def root() -> Response:
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
