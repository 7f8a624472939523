"""The pictures of campaigns, for mail programs: no cookie, no session, cached for a year.

Their requests are in no log and are not counted: an address is the same for all readers, and
nobody learns who opened an email.
"""

from flask import Response, abort, request

from supporters.campaigns.pictures.models import PictureFormat
from supporters.campaigns.pictures.queries import find_public_picture
from supporters.web.public.public_blueprint import public
from supporters.web.static_files import FOR_A_YEAR

TYPES = {PictureFormat.JPEG: "image/jpeg", PictureFormat.PNG: "image/png"}


@public.get("/i/<filename>")
def picture(filename: str) -> Response:
    """Show a picture. An address always shows the same one."""
    name, _, ending = filename.partition(".")
    found = find_public_picture(name, ending) or abort(404)
    response = Response(found.content, mimetype=TYPES[found.format])
    response.headers["Cache-Control"] = FOR_A_YEAR
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # readers are elsewhere
    response.set_etag(found.hash)
    response.make_conditional(request)
    return response
