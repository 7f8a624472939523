"""What can be taken away of an import: the report of its refused rows, and its evidence."""

import csv
import io
from collections.abc import Iterator

from flask import Response, abort, stream_with_context
from flask_babel import gettext

from supporters.signup.importing.models import Reason
from supporters.signup.importing.queries import find_evidence, iterate_refusals
from supporters.web.console.blueprint import console, owners_only
from supporters.web.console.imports import IMPORT, get_or_404
from supporters.web.labels import label

LINES_AT_ONCE = 2_000


@console.get(f"/imports/{IMPORT}/report.csv")
@owners_only
def import_report(import_id: int) -> Response:
    """Give the line and the reason of each refused row; never what stands in it."""
    list_import = get_or_404(import_id)
    words = {reason: label(reason) for reason in Reason}
    header = [gettext("Line"), gettext("Code"), gettext("Reason")]
    rows = ([line, reason.value, words[reason]] for line, reason in iterate_refusals(import_id))
    response = Response(stream_with_context(_write(header, rows)), mimetype="text/csv")
    name = f"import-{list_import.id}-refused.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@console.get(f"/imports/{IMPORT}/evidence")
@owners_only
def import_evidence(import_id: int) -> Response:
    """Give the document as it was handed in: to be kept, never to be shown by us."""
    evidence = find_evidence(import_id)
    if evidence is None:
        abort(404)
    response = Response(evidence.content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=evidence.name)
    return response


def _write(header: list[str], rows: Iterator[list[int | str]]) -> Iterator[str]:
    """Yield the lines of the report, many at once."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # so that Excel takes it for UTF-8
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
