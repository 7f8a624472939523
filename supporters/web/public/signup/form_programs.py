"""The sign-up form for programs: its words and boxes as JSON, and the same guards as our page.

A front end of the party shows the words that it gets here, and sends them back by their ids. The
proof of a consent contains the words as they were handed out. Origins: SUPPORTERS_FORM_ORIGINS.
"""

from http import HTTPStatus

from flask import Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field

from supporters.extensions import csrf, current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.public_languages import is_offered_language
from supporters.questions.queries import Question, words_of
from supporters.web.page_language import select_language
from supporters.web.program_answers import PROGRAMS
from supporters.web.public.proof_of_work import PROOF
from supporters.web.public.public_blueprint import public
from supporters.web.public.rate_limits import sign_opening_time
from supporters.web.public.signup.address_forms import KEPT
from supporters.web.public.signup.closed_forms import find_missing_status
from supporters.web.public.signup.consent_fields import consent_name
from supporters.web.public.signup.form_heads import HeadPicture
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import choose_form_language, find_join_page
from supporters.web.public.signup.profile_fields import TYPED_FIELDS
from supporters.web.public.signup.question_fields import explain, list_choices, question_name
from supporters.web.public.signup.signup_pages import show_not_open, take_signup
from supporters.web.public.surfaces import Surface, take_fields

ADDRESS = "/api/forms/<slug>"
FOR_OUR_SITES = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
MOST_FIELDS = 200


@public.get(ADDRESS)
def form_words(slug: str) -> ResponseReturnValue:
    """Return a form: each box with its exact words, and the fields to send."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    use_present_edition()
    page = _find_page(slug)
    return jsonify(_describe(page)) if page else abort(find_missing_status(slug))


@public.post(ADDRESS)
@csrf.exempt  # no cookie is read; origins.py lets only the party's sites and servers send it
def form_program(slug: str) -> ResponseReturnValue:
    """Take a sign-up: 202 for each address, known or not; 422 names the faults by field."""
    take_fields(_read_fields())
    answer = take_signup(lambda: _find_page(slug), _say_taken)
    return abort(find_missing_status(slug)) if answer is None else answer


@public.route(ADDRESS, methods=["OPTIONS"])
def form_preflight(slug: str) -> Response:
    """Tell a browser which origins may send the form (Fetch standard, CORS)."""
    return Response(status=HTTPStatus.NO_CONTENT)


@public.after_app_request
def let_our_sites_read(response: Response) -> Response:
    """Let pages of the party's sites read the answer, faults and refusals as well."""
    if not request.path.startswith(PROGRAMS):
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin", "").lower()
    if origin in current_settings().form_origins:
        response.headers.update({**FOR_OUR_SITES, "Access-Control-Allow-Origin": origin})
    return response


def _find_page(slug: str) -> JoinPage | None:
    asked = request.args.get("language", "")
    if is_offered_language(asked):
        g.lang_code = asked
    g.lang_code = choose_form_language(slug, select_language())
    return find_join_page(slug, surface=Surface.PROGRAM)


def _describe(page: JoinPage) -> dict[str, object]:
    form = page.make_form()
    form.opened.data = sign_opening_time()
    return {
        "language": page.language,
        **_describe_head(page),
        "address_field": form.email.name,
        "name_field": form["given_name"].name,
        "profile_fields": [_describe_field(each) for each, _ in form.list_typed()],
        "boxes": [
            {
                "field": consent_name(offer),
                "value": str(offer[1].id),
                "words": offer[1].text,
                "list": offer[0].slug if offer[0] else None,
                "is_required": page.needs_first and number == 0,
            }
            for number, offer in enumerate(page.offers)
        ],
        "questions": [_describe_question(each) for each in page.questions],
        "age_box": {"field": form.is_15.name, "value": "y", "words": gettext("I am 15 or over.")},
        "kept_address_field": KEPT,
        "proof_field": PROOF,
        "send_back": {form.page.name: page.fingerprint, form.opened.name: form.opened.data},
        "privacy_notice": current_settings().base_url + f"/{page.language}/privacy",
    }


def _describe_head(page: JoinPage) -> dict[str, object]:
    """Return the words and the picture above a form that the team made. A list has none."""
    head = page.head
    if head is None or not head.is_made:
        return {}
    return {
        "title": head.name,
        "introduction": head.paragraphs,
        "picture": _describe_picture(head.picture) if head.picture else None,
    }


def _describe_picture(picture: HeadPicture) -> dict[str, object]:
    return {
        "url": current_settings().base_url + picture.url,
        "words": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "sha256": picture.hash,
    }


def _describe_field(field: Field) -> dict[str, object]:
    """Return a field that may stay empty, with the words that must be shown beside it."""
    box = TYPED_FIELDS[field.name].kept_by
    return {
        "field": field.name,
        "words": str(field.label.text),
        "explanation": str(field.description),
        "kept_by": {"field": box.name, "value": "y", "words": str(box.words)} if box else None,
    }


def _describe_question(question: Question) -> dict[str, object]:
    """Return a question with the words that must be shown beside it. No answer is required."""
    words = words_of(question)
    return {
        "field": question_name(question),
        "kind": question.kind.value,
        "words": words.label,
        "explanation": explain(question),
        "choices": [
            {"value": each.value, "words": str(each.label)} for each in list_choices(question)
        ],
    }


def _read_fields() -> MultiDict[str, str]:
    """Return the fields of a JSON object, or of a form. Answers 400 or 415 to anything else."""
    if request.mimetype in FORMS:
        return request.form
    if not request.is_json:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets
        sent = None
    if not isinstance(sent, dict) or len(sent) > MOST_FIELDS:
        abort(HTTPStatus.BAD_REQUEST)
    fields = {name: value for name, value in sent.items() if value is not None}
    if not all(isinstance(value, str | int | float) for value in fields.values()):
        abort(HTTPStatus.BAD_REQUEST)
    return MultiDict({str(name): str(value) for name, value in fields.items()})


def _say_taken(_slug: str) -> ResponseReturnValue:
    message = gettext("If the address can receive it, an email is on its way. Open it to confirm.")
    return jsonify({"message": message}), HTTPStatus.ACCEPTED
