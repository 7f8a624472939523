"""Factories of signups and subscribers, with the real use cases."""

import json
from typing import Any

from supporters.consent.page_snapshots import store_page_snapshot
from supporters.consent.queries import find_current_wording
from supporters.database import db
from supporters.extensions import current_encryptor
from supporters.lists.models import MailingList
from supporters.mail.models import OutboxEmail
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.signup.confirmation import ConfirmedSignup, ConfirmSubmission, confirm_by_link
from supporters.signup.models import SignupRequest
from supporters.signup.new_requests import Signup
from supporters.signup.signup_requests import request_signup

ADDRESS = "camille@example.org"
PAGE = "http://localhost/fr/join/national"
STYLE = {"/static/css/base.css": "p { color: teal }"}


def make_subscriber_with_snapshot(
    address: str, mailing_list: MailingList, html: str, *, given_name: str | None = None
) -> Subscriber:
    """Return a person who confirmed a request from a page with a snapshot."""
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    signup = Signup(
        address=parse_address(address),
        profile=Profile(given_name=given_name, language="fr"),
        mailing_list_id=mailing_list.id,
        wording_ids=[wording.id],
        page_url=PAGE,
        page_snapshot_id=store_page_snapshot(html, "fr", style=STYLE).id,
    )
    token = confirm_token(request_signup(signup))
    confirmed = confirm_by_link(token, ConfirmSubmission(given_name=given_name))
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def request_to_join(
    address: str, *lists: MailingList, given_name: str | None = None, language: str = "fr"
) -> str:
    """Request lists on the page of the first one; return the public id of the request."""
    wording_ids = []
    for each in lists:
        wording = find_current_wording(each.purpose_id, language)
        assert wording is not None
        wording_ids.append(wording.id)
    signup = Signup(
        address=parse_address(address),
        profile=Profile(given_name=given_name, language=language),
        mailing_list_id=lists[0].id,
        wording_ids=wording_ids,
        page_url=PAGE,
    )
    return request_signup(signup)


def email_of_request(public_id: str) -> OutboxEmail:
    """Return the email of a signup request."""
    email = db.session.scalar(
        db.select(OutboxEmail)
        .join(SignupRequest, SignupRequest.email_id == OutboxEmail.id)
        .where(SignupRequest.public_id == public_id)
    )
    assert email is not None
    return email


def values_in(email: OutboxEmail) -> dict[str, Any]:
    """Return the template values of an email in the outbox."""
    assert email.encrypted is not None
    values: dict[str, Any] = json.loads(current_encryptor().decrypt(email.encrypted))["values"]
    return values


def recipient_of(email: OutboxEmail) -> str:
    """Return the address that an email goes to."""
    assert email.encrypted is not None
    return str(json.loads(current_encryptor().decrypt(email.encrypted))["recipient"])


def confirm_token(public_id: str) -> str:
    """Return the token of the confirmation link of a request."""
    return str(values_in(email_of_request(public_id))["confirm_url"]).rpartition("/")[2]


def not_me_token(public_id: str) -> str:
    """Return the token of the "it wasn't me" link of a request."""
    return str(values_in(email_of_request(public_id))["not_me_url"]).rpartition("/")[2]


def code_of(public_id: str) -> str:
    """Return the digits of the code in the email of a request."""
    return str(values_in(email_of_request(public_id))["code"]).replace(" ", "")


def make_subscriber(
    address: str, *lists: MailingList, given_name: str | None = None, language: str = "fr"
) -> Subscriber:
    """Return a person who signed up for lists and confirmed."""
    public_id = request_to_join(address, *lists, given_name=given_name, language=language)
    confirmed = confirm_by_link(confirm_token(public_id), ConfirmSubmission(given_name=given_name))
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)
