"""A real browser whose requests an application in this process answers: no server, no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route


@contextmanager
def open_pages(
    browser: Browser, app: Flask, client: FlaskClient | None = None, **options: Any
) -> Iterator[Page]:
    """Open a browser on an application; `options` are those of Playwright for a context.

    The client, if there is one, has the cookies: that of somebody who signed in.
    """
    asking = client or app.test_client(use_cookies=False)

    def answer(route: Route) -> None:
        asked = route.request
        parts = urlsplit(asked.url)
        with app.app_context():
            said = asking.open(
                parts.path,
                query_string=parts.query,
                method=asked.method,
                headers=asked.headers,
                data=asked.post_data_buffer,
                follow_redirects=asked.method == "POST",  # Playwright asks nobody for the next
            )
        route.fulfill(status=said.status_code, headers=dict(said.headers), body=said.data)

    context = browser.new_context(base_url="http://localhost", **options)
    context.route("**/*", answer)
    yield context.new_page()
    context.close()
