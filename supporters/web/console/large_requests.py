"""Answers requests that are larger than we read: a page to a form, a sentence to a script."""

from http import HTTPStatus

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from supporters.campaigns.document.stored_document import DocumentFault, DocumentFaultKind
from supporters.campaigns.pictures.picture_files import PictureFault
from supporters.web.console.campaigns.document_pages import refuse_faults
from supporters.web.console.console_blueprint import console, wants_json
from supporters.web.error_pages import explain_large_request
from supporters.web.labels import label


@console.errorhandler(RequestEntityTooLarge)
def refuse_large_request(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Give the editor the sentence that a smaller text or picture gets when it is too large."""
    if not wants_json():
        return explain_large_request()
    if request.endpoint == "console.upload_picture":
        answer = {"error": label(PictureFault.TOO_HEAVY)}
        return jsonify(answer), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return refuse_faults([DocumentFault(DocumentFaultKind.TOO_LARGE)])
