"""Measures the CPU time of a DKIM signature alone, and of the RSA in it.

A round signs 200 emails of a campaign to different people; the best of 25 rounds counts, because
other work of the machine only adds to it. The results, in microseconds of an email:

- sign_us: all of `sign`: header, body, RSA
- rsa_us: the RSA of it, in OpenSSL
- target_us: at most so many on an idle core

    PYTHONPATH=. .venv/bin/python benchmarks/dkim_signing.py --json
"""

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks.parts.printing import print_results
from benchmarks.parts.product import EVERYBODY, Product, add_options, product_from_options
from supporters.extensions import current_settings
from supporters.mail.dkim.signing_keys import current_signer, list_keys, open_key
from supporters.mail.message.dkim_signing import HASH, PADDING

ROUNDS, IN_A_ROUND = 25, 200
TARGET = 450.0
SIGNED_OCTETS = 1_500  # header fields of a campaign


def main() -> int:
    """Run once. Return 0 if the target is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    parser.set_defaults(database="sqlite", processes=1)
    options = parser.parse_args()
    with product_from_options(options) as made:
        figures = _measure(made)
    print_results(figures, is_json=options.json)
    return 0 if figures["sign_us"] <= TARGET else 1


def _measure(made: Product) -> dict[str, float | int]:
    made.installation.flask("lists", "create", EVERYBODY, "--name", "La Lettre nationale")
    message = made.write_message()
    made.sign_emails()
    emails = [
        message.replace(b"To: person100000@", f"To: person{number}@".encode(), 1)
        for number in range(IN_A_ROUND)
    ]
    with made.installation.app.app_context():
        assert current_settings().mail_domain == list_keys()[0].domain
        sign, key = current_signer(), open_key(list_keys()[0])
    signed = b"x" * SIGNED_OCTETS
    return {
        "message_bytes": len(message),
        "signature_bytes": len(sign(message)) - len(message),
        "sign_us": _time(lambda number: sign(emails[number])),
        "rsa_us": _time(lambda _: key.sign(signed, PADDING, HASH)),
        "target_us": TARGET,
    }


def _time(step: Callable[[int], bytes]) -> float:
    """Return the microseconds of CPU time of one step, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for number in range(IN_A_ROUND):
            step(number)
        best = min(best, time.process_time() - began)
    return round(best / IN_A_ROUND * 1e6, 1)


if __name__ == "__main__":
    sys.exit(main())
