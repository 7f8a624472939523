"""The public pages of the consent log and of what we never do (REQ-143): for people and programs.

The answers hold no personal data. Only a person with a record and its key can look it up.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime

from flask import Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supporters import clock
from supporters.accountability.compliance_checks import CheckResult, ComplianceCheck, run_check
from supporters.audit.queries import count_erasures, list_restorations
from supporters.audit.verification_results import list_results
from supporters.program_files import SCRIPTS
from supporters.transparency_log.cosignatures import (
    cosign,
    find_cosigned,
    has_quorum,
    list_known_witnesses,
)
from supporters.transparency_log.log_proofs import prove_consistency, prove_leaf
from supporters.transparency_log.merkle_tree import HASH_BYTES
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.published_tiles import find_tile
from supporters.transparency_log.queries import (
    find_first_checkpoint,
    find_latest_checkpoint,
    list_checkpoints,
)
from supporters.transparency_log.timestamps import (
    find_newest_timestamp,
    find_stamped_checkpoint,
    find_timestamp,
)
from supporters.transparency_log.tree_sealing import log_verifier
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

SHOWN_CHECKPOINTS = 100
SHORT_CACHE_SECONDS = 10
LONG_CACHE_SECONDS = 31_536_000
HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")
SCRIPT_NAMES = "<any('verify_receipt.py', 'watch_log.py'):file>"
CACHE_SECONDS = 60
SIZE = f"<int(max={2**63 - 1}):size>"


@public.get(f"/{LANGUAGE}/consent-log")
def consent_log() -> str:
    """Show the state of the log and how to check it."""
    cosigned = find_cosigned()
    return render_template(
        "public/notices/consent_log.html",
        newest=find_latest_checkpoint(),
        verifier_key=_verifier_key(),
        restorations=list_restorations(),
        erasures=count_erasures(),
        first=find_first_checkpoint(),
        verified=next(iter(list_results(clock.now())), None),
        witnesses=list_known_witnesses(),
        cosigned=None if cosigned is None else cosign([cosigned])[cosigned.size],
        timestamp=find_newest_timestamp(),
        has_quorum=None if cosigned is None else has_quorum(cosigned),
    )


@public.get("/consent-log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Return the newest checkpoint, with the cosignatures that it has."""
    limit_lookups("consent log")
    head = find_latest_checkpoint() or abort(404)
    text = cosign([head])[head.size]
    return _cacheable(Response(text, content_type="text/plain; charset=utf-8"))


@public.get("/consent-log/tile/<path:place>")
def tile(place: str) -> ResponseReturnValue:
    """Return a tile of the tree: 32 bytes a hash."""
    hashes = find_tile(place)
    if hashes is None:
        abort(404)
    answer = Response(hashes, content_type="application/octet-stream")
    answer.cache_control.immutable = True
    return _cacheable(answer, LONG_CACHE_SECONDS)


@public.get(f"/consent-log/timestamps/{SIZE}.tsr")
def timestamp(size: int) -> ResponseReturnValue:
    """Return the answer of the authority that timestamped the checkpoint of a size."""
    limit_lookups("consent log")
    found = find_timestamp(size) or abort(404)
    answer = Response(found.answer, content_type="application/timestamp-reply")
    return _cacheable(answer, LONG_CACHE_SECONDS)


@public.get(f"/consent-log/timestamps/{SIZE}.txt")
def stamped_checkpoint(size: int) -> ResponseReturnValue:
    """Return the checkpoint of a size as it was timestamped."""
    limit_lookups("consent log")
    head = find_stamped_checkpoint(size) or abort(404)
    answer = Response(head.checkpoint, content_type="text/plain; charset=utf-8")
    return _cacheable(answer, LONG_CACHE_SECONDS)


@public.get("/consent-log/heads.json")
def heads() -> ResponseReturnValue:
    """Return the newest checkpoints, newest first, the first of all, and the key for them.

    `cosigned` is the newest one that others have seen.
    """
    limit_lookups("consent log")
    found = [*list_checkpoints(limit=SHOWN_CHECKPOINTS)]
    some = {"first": find_first_checkpoint(), "cosigned": find_cosigned()}
    texts = cosign([*found, *filter(None, some.values())])
    told = {name: head and _as_json(head, texts) for name, head in some.items()}
    listed = [_as_json(head, texts) for head in found]
    return _cacheable(jsonify(verifier_key=_verifier_key(), heads=listed, **told))


def _as_json(head: LogCheckpoint, texts: Mapping[int, str]) -> dict[str, object]:
    return {
        "size": head.size,
        "root": head.root.hex(),
        "sealed_at": head.sealed_at.isoformat(),
        "checkpoint": texts[head.size],
    }


@public.get("/consent-log/proof.json")
def inclusion_proof() -> ResponseReturnValue:
    """Return the inclusion proof of a leaf, given its hash, in the tree of a size."""
    limit_lookups("consent log")
    leaf, size = request.args.get("leaf", "").lower(), request.args.get("size")
    if not HASH.fullmatch(leaf) or (size is not None and not _is_size(size)):
        return jsonify(error="leaf is a SHA-256 in hexadecimal; size is a number from 1"), 400
    proof = prove_leaf(bytes.fromhex(leaf), int(size) if size else None)
    if proof is None:
        return jsonify(error="No such leaf is in the tree of this size."), 404
    path = [step.hex() for step in proof.path]
    answer = jsonify(leaf=leaf, index=proof.index, size=proof.size, path=path)
    return _cacheable(answer, LONG_CACHE_SECONDS if size else SHORT_CACHE_SECONDS)


@public.get("/consent-log/consistency.json")
def consistency_proof() -> ResponseReturnValue:
    """Return the consistency proof between the trees of two sizes."""
    limit_lookups("consent log")
    first, second = request.args.get("first", ""), request.args.get("second", "")
    sizes = [int(each) for each in (first, second) if _is_size(each)]
    path = prove_consistency(*sizes) if len(sizes) == 2 else None
    if path is None:
        return jsonify(error="first and second are sizes of the tree, the smaller one first"), 400
    answer = jsonify(first=sizes[0], second=sizes[1], path=[step.hex() for step in path])
    return _cacheable(answer, LONG_CACHE_SECONDS)


@public.get(f"/consent-log/{SCRIPT_NAMES}")
def script(file: str) -> ResponseReturnValue:
    """Return the script that checks receipts, or the one that watches the log."""
    source = (SCRIPTS / file).read_text(encoding="utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    answer = Response(source, content_type="text/x-python; charset=utf-8", headers=headers)
    return _cacheable(answer, 3600)


def _verifier_key() -> str:
    return log_verifier().as_text()


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0


def _cacheable(response: Response, seconds: int = SHORT_CACHE_SECONDS) -> Response:
    """Allow caches to keep an answer: it is the same for everybody, and checkpoints are signed."""
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    return response


@public.get(f"/{LANGUAGE}/never")
def never() -> str:
    """Show each promise and the result of its check."""
    limit_lookups("never")
    checks = [run_check(promise) for promise in ComplianceCheck]
    figures = {check.promise: json.dumps(_describe(check), indent=2) for check in checks}
    return render_template("public/notices/never.html", checks=checks, figures_as_json=figures)


@public.get("/never/<promise>.json")
def never_check(promise: str) -> ResponseReturnValue:
    """Return the figures of the check of a promise."""
    limit_lookups("never")
    try:
        check = run_check(ComplianceCheck(promise))
    except ValueError:
        abort(404)
    answer = jsonify(_describe(check))
    answer.cache_control.public = True
    answer.cache_control.max_age = CACHE_SECONDS
    return answer


def _describe(check: CheckResult) -> dict[str, object]:
    figures = {
        name: figure.isoformat() if isinstance(figure, datetime) else figure
        for name, figure in check.figures.items()
    }
    return {
        "promise": check.promise.value,
        "holds": check.holds,
        "checked_at": check.checked_at.isoformat(),
        "figures": figures,
        "page": url_for("public.never", lang_code="en", _anchor=check.promise.value),
    }
