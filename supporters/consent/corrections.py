"""The proof that a browser undid its own press on “unsubscribe”: hashes of one secret (ADR 080).

The session of the browser has the secret. The withdrawal is sealed with the hash of a hash of it,
the correction with the hash: nobody can make the correction without the browser that left.
"""

import hashlib


def hash_for_correction(secret: str) -> bytes:
    """Return the evidence of a correction."""
    return hashlib.sha256(secret.encode()).digest()


def hash_for_withdrawal(evidence: bytes) -> bytes:
    """Return the evidence of the withdrawal that a correction with this evidence undoes."""
    return hashlib.sha256(evidence).digest()
