"""The receipt of a consent: as a page, and as a file that anybody can check without us."""

import json

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from supporters.consent.receipt_links import read_receipt_link
from supporters.crypto.tokens import TokenError
from supporters.evidence.receipt_lookup import ConsentReceipt, find_receipt
from supporters.web.public.dead_links import OF_AN_EMAIL_UNKNOWN, refuse_link
from supporters.web.public.public_blueprint import LANGUAGE, public

RETRY_SECONDS = "10"


@public.get(f"/{LANGUAGE}/receipt/<token>")
def receipt(token: str) -> ResponseReturnValue:
    """Show a receipt and the link to its file."""
    found = _find(token)
    if found is None:
        return render_template("public/why_nothing.html")
    return render_template("public/notices/receipt.html", found=found, token=token)


@public.get(f"/{LANGUAGE}/receipt/<token>/receipt.json")
def receipt_file(token: str) -> ResponseReturnValue:
    """Return the receipt as a file."""
    found = _find(token) or abort(404)
    if not found.is_provable:
        abort(500)
    if found.receipt is None:
        return Response("", 503, {"Retry-After": RETRY_SECONDS})
    body = json.dumps(found.receipt, ensure_ascii=False, indent=2)
    name = f"receipt-{found.event.id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(f"{body}\n", mimetype="application/json", headers=headers)


def _find(token: str) -> ConsentReceipt | None:
    try:
        link = read_receipt_link(token)
    except TokenError:
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    return find_receipt(link.event_id, is_own=link.is_own) if link else None
