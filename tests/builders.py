"""Builders: people come through the real use cases, and a test states only what matters to it."""

import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.drafting import CampaignDraft, create_campaign
from supporters.campaigns.models import Campaign
from supporters.consent.log.models import LogEntry
from supporters.consent.pages import keep_page
from supporters.consent.queries import find_current_wording
from supporters.database import db
from supporters.extensions import current_sealer
from supporters.ids import new_id
from supporters.lists.creating import ListDraft, create_list
from supporters.lists.models import MailingList
from supporters.mail.models import Letter
from supporters.organisers.inviting import Invited, accept_invitation, invite_organiser
from supporters.organisers.models import Organiser, RoleName
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.signup.confirming import Confirmed, Press, confirm_by_link
from supporters.signup.models import SignupRequest
from supporters.signup.requesting import Signup, request_signup

ADDRESS = "camille@example.org"
PASSWORD = "a long enough password"
PAGE = "http://localhost/fr/join/national"
STYLE = {"/static/css/base.css": "p { color: teal }"}
SENTENCES = {
    "fr": "J’accepte que le Parti de l’Exemple m’écrive chaque jour sur sa campagne politique.",
    "en": "I agree that Parti de l’Exemple writes to me every day about its political campaign.",
}


def make_list(slug: str = "national", name: str = "La Lettre nationale") -> MailingList:
    """Return a new list."""
    created = create_list(ListDraft(slug=slug, name=name, description="Une fois par mois."))
    assert isinstance(created, MailingList)
    return created


def make_subscriber_on_kept_page(
    address: str, mailing_list: MailingList, html: str, *, given_name: str | None = None
) -> Subscriber:
    """Return a person who confirmed what they asked for on a page that was kept as shown."""
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    signup = Signup(
        address=parse_address(address),
        given_name=given_name,
        language="fr",
        mailing_list=mailing_list,
        choices=[(mailing_list, wording)],
        page_url=PAGE,
        page_version_id=keep_page(html, "fr", style=STYLE).id,
    )
    token = confirm_token(request_signup(signup))
    confirmed = confirm_by_link(token, Press(given_name=given_name))
    assert isinstance(confirmed, Confirmed)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def ask(
    address: str, *lists: MailingList, given_name: str | None = None, language: str = "fr"
) -> str:
    """Ask to join lists, the first of which has the page; return the request's public id."""
    choices = []
    for each in lists:
        wording = find_current_wording(each.purpose_id, language)
        assert wording is not None
        choices.append((each, wording))
    signup = Signup(
        address=parse_address(address),
        given_name=given_name,
        language=language,
        mailing_list=lists[0],
        choices=choices,
        page_url=PAGE,
    )
    return request_signup(signup)


def letter_of(public_id: str) -> Letter:
    """Return the letter that a signup request led to."""
    letter = db.session.scalar(
        db.select(Letter)
        .join(SignupRequest, SignupRequest.letter_id == Letter.id)
        .where(SignupRequest.public_id == public_id)
    )
    assert letter is not None
    return letter


def values_in(letter: Letter) -> dict[str, Any]:
    """Return what goes into the template of a letter that waits in the outbox."""
    assert letter.sealed is not None
    values: dict[str, Any] = json.loads(current_sealer().open(letter.sealed))["values"]
    return values


def confirm_token(public_id: str) -> str:
    """Return the token of the link in a request's letter."""
    return str(values_in(letter_of(public_id))["confirm_url"]).rpartition("/")[2]


def not_me_token(public_id: str) -> str:
    """Return the token of the other link in a request's letter."""
    return str(values_in(letter_of(public_id))["not_me_url"]).rpartition("/")[2]


def code_of(public_id: str) -> str:
    """Return the code in a request's letter."""
    return str(values_in(letter_of(public_id))["code"])


def make_subscriber(
    address: str, *lists: MailingList, given_name: str | None = None, language: str = "fr"
) -> Subscriber:
    """Return a person who signed up for lists and confirmed from their mailbox."""
    public_id = ask(address, *lists, given_name=given_name, language=language)
    confirmed = confirm_by_link(confirm_token(public_id), Press(given_name=given_name))
    assert isinstance(confirmed, Confirmed)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)


def make_campaign(
    mailing_list: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour à tous."
) -> Campaign:
    """Return a draft in French."""
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id, language="fr", subject=subject, body=body
    )
    return create_campaign(draft, author_id=None)


def make_organiser(email: str = "org@parti.example") -> Organiser:
    """Return an organiser who chose a password."""
    return make_account(email, RoleName.ORGANISER)


def make_owner(email: str = "owner@parti.example") -> Organiser:
    """Return an owner who chose a password."""
    return make_account(email, RoleName.OWNER)


def make_dpo(email: str = "dpo@parti.example") -> Organiser:
    """Return a data protection officer who chose a password."""
    return make_account(email, RoleName.DPO)


def make_account(email: str, role: RoleName, language: str = "fr") -> Organiser:
    """Return somebody with any role who chose a password."""
    invited = invite_organiser(email, role, language, inviter="owner@parti.example")
    assert isinstance(invited, Invited)
    accepted = accept_invitation(invited.welcome_url.rpartition("/")[2], PASSWORD)
    assert isinstance(accepted, Organiser)
    return accepted


def csrf_token_on(client: FlaskClient, page: str) -> str:
    """Return the token in the form of a page."""
    html = client.get(page).get_data(as_text=True)
    return html.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def sign_in(app: Flask, organiser: Organiser) -> FlaskClient:
    """Return the browser of an organiser who has signed in on the real page."""
    client, page = app.test_client(), "/console/sign-in"
    form = {"email": organiser.email, "password": PASSWORD}
    client.post(page, data={**form, "csrf_token": csrf_token_on(client, page)})
    return client


def count_unsealed() -> int:
    """Return how many entries wait to be sealed."""
    waiting = db.select(db.func.count()).select_from(LogEntry).where(LogEntry.position.is_(None))
    return db.session.scalar(waiting) or 0


def hide_a_withdrawal() -> None:
    """Leave the entry of a withdrawal in the log whose row is gone."""
    entry = LogEntry(kind="withdrawn", record_id=new_id(clock.now()), commitment=bytes(32))
    db.session.add(entry)
    db.session.commit()
