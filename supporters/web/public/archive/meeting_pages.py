"""The file of a meeting that a campaign announces, for the calendars of its readers."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from supporters.campaigns.document.meeting_lookup import find_meeting
from supporters.web.public.public_blueprint import public

CAMPAIGN = f"<int(max={2**31 - 1}):campaign_id>"


@public.get(f"/meetings/{CAMPAIGN}/<digest>.ics")
def meeting(campaign_id: int, digest: str) -> ResponseReturnValue:
    """Return the file. Its name follows from its content, so only readers of the email know it."""
    file = find_meeting(campaign_id, digest) or abort(404)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    return Response(file, mimetype="text/calendar", headers=headers)
