"""The record of processing, as a page that can be printed (GDPR article 30)."""

from flask import render_template

from supporters import clock
from supporters.rights.processing import describe_processing
from supporters.web.console.blueprint import console, guardians_only


@console.get("/processing-record")
@guardians_only
def processing_record() -> str:
    """Show the record as it is at this moment."""
    return render_template("console/processing.html", record=describe_processing(clock.now()))
