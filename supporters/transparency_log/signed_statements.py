"""Statements that the key of the log signs: receipts and promises, in canonical JSON."""

import base64
from collections.abc import Mapping

from supporters.fast_path.site_edition import find_cached
from supporters.transparency_log.log_records import CANONICAL, signing_key
from supporters.transparency_log.tree_sealing import log_verifier

Statement = dict[str, object]


def sign_statement(schema: str, content: Mapping[str, object], verifier_key: str) -> Statement:
    """Return a statement with its signature, and the key to check it with."""
    signed = {**content, "verifier_key": verifier_key}
    text = f"{schema}\n{CANONICAL.encode(signed)}"
    return {**signed, "signature": base64.b64encode(signing_key().sign(text.encode())).decode()}


def find_verifier_key() -> str:
    """Return the public key of the log, cached. A new name may come late: the former one counts."""
    return find_cached("log-verifier", lambda: log_verifier().as_text())
