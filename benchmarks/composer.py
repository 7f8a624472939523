"""Measures the editor with a document of 240 blocks: a save, its rendering, and a key.

The save is the whole PUT: sign-in, checks, database and answer. It runs in one process, on SQLite,
without a network. The keys are typed in Chromium on a running site, while it saves by itself.

    PYTHONPATH=. .venv/bin/python benchmarks/composer.py --rounds 50 --json
"""

import argparse
import dataclasses
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from benchmarks.parts.keys import measure_keys
from supporters import create_app
from supporters.campaigns.document.stored_document import read_document
from supporters.campaigns.queries import get_campaign
from supporters.config import load_settings
from supporters.delivery.message.rendered_campaign import CompiledCampaign
from supporters.lists.queries import get_list
from supporters.logs import log_warnings_only
from supporters.queue import IN_MEMORY
from tests.factories.accounts import make_organiser, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

BLOCKS = 240
AT_MOST = {"ms_put": 50, "ms_compile": 30, "ms_key": 16}


def main() -> None:
    """Print the medians; with --json one line of JSON last."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as folder:
        app = _make_app(Path(folder))
        with app.app_context():
            result = _measure(app, options.rounds)
    result |= measure_keys(BLOCKS)
    for name, value in result.items():
        limit = f"  (at most {AT_MOST[name]})" if name in AT_MOST else ""
        print(f"{name:>12}  {value}{limit}")
    if options.json:
        print(json.dumps(result))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _make_app(folder: Path) -> Flask:
    variables = {
        "SUPPORTERS_INSTANCE_DIR": str(folder),
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": "http://localhost",  # the host that the test client asks for
    }
    app = create_app(dataclasses.replace(load_settings(variables), queue_url=IN_MEMORY))
    app.config["WTF_CSRF_ENABLED"] = False
    log_warnings_only()
    with app.app_context():
        upgrade()
    return app


def _measure(app: Flask, rounds: int) -> dict[str, float]:
    campaign_id = make_campaign(make_list()).id
    client = sign_in(app, make_organiser())
    place = f"/console/campaigns/{campaign_id}/document"

    def save(revision: int) -> None:
        sent = {"document": _document(revision), "subject": "Samedi"}
        answer = client.put(place, json=sent, headers={"If-Match": f'"{revision}"'})
        if answer.status_code != 200:
            raise SystemExit(f"The save answered {answer.status_code}: {answer.text}")

    def compile_campaign(_round: int) -> None:
        campaign = get_campaign(campaign_id)
        CompiledCampaign(campaign, get_list(campaign.mailing_list_id))

    puts = _times(save, rounds)
    compiles = _times(compile_campaign, rounds)
    raw = json.dumps(_document(0), ensure_ascii=False)
    checks = _times(lambda _round: read_document(raw), rounds)
    return {"octets": len(raw.encode()), "ms_check": checks, "ms_put": puts, "ms_compile": compiles}


def _times(act: Callable[[int], object], rounds: int) -> float:
    """Return the median of so many acts in milliseconds; the number of each begins with 1."""
    times = []
    for number in range(1, rounds + 1):
        started = time.perf_counter()
        act(number)
        times.append(time.perf_counter() - started)
    return round(1000 * statistics.median(times), 1)


def _document(number: int) -> dict[str, Any]:
    """Return a document of 240 blocks of all kinds of words; each number has another text."""
    return {
        "version": 1,
        "type": "doc",
        "content": [_block(each, number) for each in range(BLOCKS)],
    }


def _block(index: int, number: int) -> dict[str, Any]:
    attrs = {"id": f"{index:010d}"}
    link = {"type": "link", "attrs": {"href": "https://parti.example/salle"}}
    words = [
        {"type": "text", "text": f"Bonjour {number} "},
        {"type": "field", "attrs": {"name": "given_name", "fallback": "à vous"}},
        {"type": "text", "text": ", venez "},
        {"type": "text", "text": "samedi à 18 h", "marks": [{"type": "strong"}]},
        {"type": "text", "text": " à la "},
        {"type": "text", "text": "salle des fêtes", "marks": [link]},
    ]
    if index % 2:  # every other one is plain, as in a letter
        words = [{"type": "text", "text": f"Nous serons là {number}, comme chaque semaine."}]
    paragraph = {"type": "paragraph", "attrs": attrs, "content": words}
    if index % 6 == 0:
        title = [{"type": "text", "text": "Réunion publique"}]
        return {"type": "heading", "attrs": {**attrs, "level": 2}, "content": title}
    if index % 6 == 1:
        item = {"type": "list_item", "content": [{**paragraph, "attrs": {}}]}
        return {"type": "bullet_list", "attrs": attrs, "content": [item, item]}
    return paragraph


if __name__ == "__main__":
    main()
