"""Sends a campaign with the whole product, with smtp-source and Flask-Mail as references.

The people are created in SQL. The rest uses `flask campaigns launch` and `flask worker`, with a
rate limit that is checked and never reached, and smtp-sink of Postfix. The results:

- seconds: from the first accepted email to the last one recorded in the ledger
- cpu_us_per_message: microseconds of CPU time of the worker processes, user and system
- database_cpu_us_per_message: of the PostgreSQL server of this run; 0 if there is none
- check_cpu_us_per_message: the part of it before the first email, with the check of all consents
- launch_cpu_us_per_message: of the command that launches, and of the database meanwhile
- peak_rss_mb: the peak memory of the largest worker process
- duplicates, lost: by count in the timed campaign, by name in a second one to 10,000 of the people
- heavy_*: the same of emails of 100 kB over TLS, to 10,000 of the people (--heavy)
- signed: whether each email got a DKIM signature (--dkim); the references never have one
- launch_seconds, first_mail_seconds: since the start of the command
- status_ms: the median time of one call of `get_progress` during the sending
- ratio_to_smtp_source, _flask_mail: of the rates. A reference counts with the best of four runs,
  two before and two after, because a disturbed reference would improve our ratio

    PYTHONPATH=. .venv/bin/python benchmarks/send.py --people 1000000 --json
"""

import argparse
import sys
from collections.abc import Iterator

from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.product import (
    HEAVY_BODY,
    Product,
    add_options,
    product_from_options,
    results_of,
)
from benchmarks.parts.references import Reference, time_flask_mail, time_smtp_source
from benchmarks.parts.sink import counting_sink


def main() -> int:
    """Run once. Return 0 if every person got one email, and nobody else got any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--dkim", action="store_true", help="sign each email")
    parser.add_argument("--heavy", action="store_true", help="send 100 kB over TLS as well")
    add_options(parser)
    options = parser.parse_args()
    with product_from_options(options) as made:
        crowd = made.fill(options.people)
        message_bytes = len(made.write_message())
        if options.dkim:
            made.sign_emails()
        references = _time_references(made, message_bytes)
        run = made.send()
        references += _time_references(made, message_bytes)
        heavy = dict(_send_heavy(made)) if options.heavy else {}
        proof = made.prove(crowd)
        database = made.installation.describe_database()
    source = max((source for source, _ in references), key=lambda each: each.rate)
    flask_mail = max(flask_mail for _, flask_mail in references)
    figures: dict[str, Figure] = {
        **results_of(run, proof, options.people),
        "message_bytes": message_bytes,
        "signed": options.dkim,
        "smtp_source_rate": round(source.rate, 1),
        "smtp_source_cpu_us_per_message": round(source.cpu_microseconds, 1),
        "flask_mail_rate": round(flask_mail, 1),
        "ratio_to_smtp_source": round(run.rate / source.rate, 3),
        "ratio_to_flask_mail": round(run.rate / flask_mail, 2),
        **heavy,
        "database": database,
    }
    print_results(figures, is_json=options.json)
    is_right = not (figures["duplicates"] or figures["lost"] or figures["to_others"])
    return 0 if is_right and run.progress.accepted == options.people else 1


def _send_heavy(made: Product) -> Iterator[tuple[str, Figure]]:
    run = made.send_heavy()
    if run.received != run.progress.accepted:
        raise SystemExit(f"Lost or twice: {run.progress}, {run.received} came.")
    yield "heavy_messages", run.received
    yield "heavy_message_bytes", len(made.write_message(HEAVY_BODY))
    yield "heavy_rate", round(run.rate, 1)
    yield "heavy_cpu_us_per_message", round(run.cpu_microseconds, 1)
    yield "heavy_database_cpu_us_per_message", round(run.database_cpu_microseconds, 1)


def _time_references(made: Product, message_bytes: int) -> list[tuple[Reference, float]]:
    """Return two results each of smtp-source and Flask-Mail."""
    with counting_sink(made.folder, made.port):
        return [
            (
                time_smtp_source(made.port, message_bytes),
                time_flask_mail(made.installation.app, message_bytes),
            )
            for _ in range(2)
        ]


if __name__ == "__main__":
    sys.exit(main())
