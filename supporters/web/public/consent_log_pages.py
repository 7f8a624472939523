"""The public side of the consent log: a page for people, and hashes and proofs for programs.

Nothing here is about anybody: whoever has a record and its key can find it, nobody else can.
"""

import re
from pathlib import Path

from flask import Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from supporters.audit.queries import count_erasures, list_restorations
from supporters.transparency_log.checkpoints import verifier_key
from supporters.transparency_log.log_keys import signing_key
from supporters.transparency_log.log_proofs import prove_consistency, prove_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES
from supporters.transparency_log.queries import find_head, list_heads
from supporters.transparency_log.tree_sealing import log_origin
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import slow_down

HEADS_SHOWN = 100
FRESH_SECONDS = 10
FOR_EVER_SECONDS = 31_536_000
HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")
SCRIPT = Path("docs") / "verify_receipt.py"


@public.get(f"/{LANGUAGE}/consent-log")
def consent_log() -> str:
    """Say what the log is, what it came to, and how to check it."""
    return render_template(
        "public/consent_log.html",
        head=find_head(),
        verifier_key=_verifier_key(),
        restorations=list_restorations(),
        erasures=count_erasures(),
    )


@public.get("/consent-log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Give the newest signed head."""
    slow_down("consent log")
    head = find_head()
    if head is None:
        abort(404)
    return _keep(Response(head.checkpoint, content_type="text/plain; charset=utf-8"))


@public.get("/consent-log/heads.json")
def heads() -> ResponseReturnValue:
    """Give the newest heads, newest first, and the key that they are signed with."""
    slow_down("consent log")
    found = [
        {
            "size": head.size,
            "root": head.root.hex(),
            "sealed_at": head.sealed_at.isoformat(),
            "checkpoint": head.checkpoint,
        }
        for head in list_heads(limit=HEADS_SHOWN)
    ]
    return _keep(jsonify(verifier_key=_verifier_key(), heads=found))


@public.get("/consent-log/proof.json")
def inclusion_proof() -> ResponseReturnValue:
    """Give the proof that a leaf, named by its hash, is in the tree of a size."""
    slow_down("consent log")
    leaf, size = request.args.get("leaf", "").lower(), request.args.get("size")
    if not HASH.fullmatch(leaf) or (size is not None and not _is_size(size)):
        return jsonify(error="leaf is a SHA-256 in hexadecimal; size is a number from 1"), 400
    proof = prove_leaf(bytes.fromhex(leaf), int(size) if size else None)
    if proof is None:
        return jsonify(error="No such leaf is in the tree of this size."), 404
    path = [step.hex() for step in proof.path]
    answer = jsonify(leaf=leaf, index=proof.index, size=proof.size, path=path)
    return _keep(answer, FOR_EVER_SECONDS if size else FRESH_SECONDS)


@public.get("/consent-log/consistency.json")
def consistency_proof() -> ResponseReturnValue:
    """Give the proof that the tree of one size grew out of that of another."""
    slow_down("consent log")
    first, second = request.args.get("first", ""), request.args.get("second", "")
    sizes = [int(each) for each in (first, second) if _is_size(each)]
    path = prove_consistency(*sizes) if len(sizes) == 2 else None
    if path is None:
        return jsonify(error="first and second are sizes of the tree, the smaller one first"), 400
    answer = jsonify(first=sizes[0], second=sizes[1], path=[step.hex() for step in path])
    return _keep(answer, FOR_EVER_SECONDS)


@public.get("/consent-log/verify_receipt.py")
def script() -> ResponseReturnValue:
    """Give the script that checks receipts."""
    source = (Path(current_app.root_path).parent / SCRIPT).read_text(encoding="utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{SCRIPT.name}"'}
    answer = Response(source, content_type="text/x-python; charset=utf-8", headers=headers)
    return _keep(answer, 3600)


def _verifier_key() -> str:
    return verifier_key(log_origin(), signing_key().public_key())


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0


def _keep(response: Response, seconds: int = FRESH_SECONDS) -> Response:
    """Let anybody keep an answer for a while: it is the same for all, and heads are signed."""
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    return response
