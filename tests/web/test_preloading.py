"""The processes of the pages begin with what their first visitors need."""

import os
import subprocess
import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from supporters.lists.models import MailingList
from supporters.web.preloading import load_public_pages
from tests.factories.confirmations import link
from tests.factories.signups import ADDRESS
from tests.web.public.pages import box_values, hidden_values, ticked_values

ROOT = Path(__file__).parents[2]
NAMES_OF_TEMPLATES = "[name for _, name in app.jinja_env.cache.keys()]"


def compiled(app: Flask) -> set[str]:
    """Return the names of the templates that are compiled."""
    return {name for _, name in app.jinja_env.cache.keys()}  # noqa: SIM118 - it is no dictionary


def test_the_first_visitors_wait_for_no_template(
    app: Flask, client: FlaskClient, mailing_list: MailingList
) -> None:
    load_public_pages(app)
    before = compiled(app)
    page = f"/fr/join/{mailing_list.slug}"
    html = client.get(page).text
    asked = {**hidden_values(html), **box_values(html), "is_15": "y", "email": ADDRESS}
    client.post(page, data=asked, follow_redirects=True)
    html = client.get(link()).text
    confirmed = {**hidden_values(html), **ticked_values(html)}
    client.post(link(), data=confirmed, follow_redirects=True)
    assert compiled(app) == before


def test_gunicorn_forks_its_processes_from_one_that_has_them(tmp_path: Path) -> None:
    say = f"app = runpy.run_path('gunicorn.conf.py')['app']; print(*{NAMES_OF_TEMPLATES})"
    found = subprocess.run(
        [sys.executable, "-c", f"import runpy; {say}"],
        cwd=ROOT,
        env={**os.environ, "SUPPORTERS_INSTANCE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "public/signup/home_form.html" in found.stdout.split()
