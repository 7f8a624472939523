"""The proof of an act: its promise and its receipt, as a page and as files to check without us.

Their address has what was promised, or only the id of the record. It grants no rights. A link that
only the person gets opens whose record it is; others may stand on a page that somebody shares.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from flask import Response, abort, jsonify, render_template
from flask.typing import ResponseReturnValue

from supporters.consent.committed_acts import PromisedAct
from supporters.consent.models import EventKind
from supporters.consent.promised.act_lookup import find_event_act
from supporters.consent.promised.promises import read_act_link
from supporters.consent.receipts import CONSENTS
from supporters.crypto.tokens import TokenError
from supporters.evidence.act_proofs import ActProof, ProofState, find_act_proof
from supporters.evidence.receipt_lookup import find_receipt
from supporters.lists.queries import name_of_purpose
from supporters.web.page_language import select_language
from supporters.web.public.dead_links import OF_AN_EMAIL_UNKNOWN, refuse_link
from supporters.web.public.notices.act_promises import make_promise
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

RETRY_SECONDS = "10"
STATUS = {
    ProofState.WAITING: HTTPStatus.ACCEPTED,
    ProofState.NOTHING: HTTPStatus.NOT_FOUND,
    ProofState.BROKEN: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class _Asked(NamedTuple):
    """The act of a link, and whether only its person got the link."""

    act: PromisedAct
    is_own: bool = False


@public.get(f"/{LANGUAGE}/receipt/<token>")
def receipt(token: str) -> ResponseReturnValue:
    """Show the proof of an act, with the links to its files."""
    asked = _read(token)
    if asked is None:
        return render_template("public/why_nothing.html")
    act, is_own = asked
    consent = find_receipt(act.record_id, is_own=is_own) if act.kind in [*CONSENTS] else None
    if consent is not None:
        return render_template("public/notices/receipt.html", found=consent, token=token)
    proof = find_act_proof(act, is_own=is_own)
    kind = EventKind(act.kind) if act.kind in [*EventKind] else None
    return render_template("public/notices/act_proof.html", found=proof, kind=kind, token=token)


@public.get(f"/{LANGUAGE}/receipt/<token>/receipt.json")
def receipt_file(token: str) -> ResponseReturnValue:
    """Return the receipt as a file; 202 until the log has sealed the record."""
    act, is_own = _read(token) or abort(404)
    proof = find_act_proof(act, is_own=is_own)
    if proof.receipt is None:
        return _explain(proof)
    return _attach(proof.receipt, f"receipt-{proof.act.record_id}.json")


def _explain(proof: ActProof) -> ResponseReturnValue:
    answer = jsonify(state=proof.state.name.lower(), sealed_by=proof.due and proof.due.isoformat())
    if proof.state is ProofState.WAITING:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer, STATUS[proof.state]


@public.get(f"/{LANGUAGE}/receipt/<token>/promise.json")
def promise_file(token: str) -> ResponseReturnValue:
    """Return the promise of an act as a file."""
    act, _ = _read(token) or abort(404)
    name = name_of_purpose(act.purpose_id) if act.purpose_id else ""
    promise = make_promise(act, token, name=name, language=select_language())
    return _attach(promise, f"promise-{act.record_id}.json")


def _attach(content: Mapping[str, object], name: str) -> Response:
    body = json.dumps(content, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(f"{body}\n", mimetype="application/json", headers=headers)


def _read(token: str) -> _Asked | None:
    """Return the act of a link; None if we hold no such event."""
    limit_lookups("proof")
    try:
        link = read_act_link(token)
    except TokenError:
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    if isinstance(link, PromisedAct):
        return _Asked(link)
    act = find_event_act(link.event_id)
    return None if act is None else _Asked(act, link.is_own)
