"""A profile with a value in every field, and a person who gave it."""

from supporters.consent.queries import find_current_wording
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile
from supporters.signup.confirmation import ConfirmedSignup, ConfirmSubmission, confirm_by_link
from supporters.signup.new_requests import Signup
from supporters.signup.signup_requests import request_signup
from tests.factories.signups import ADDRESS, PAGE, confirm_token

# A new field gets its value here. The language is not the one of a blanked row.
FULL_PROFILE = Profile(given_name="Kanarina", language="en", postcode="69003")


def request_with_profile(mailing_list: MailingList, profile: Profile = FULL_PROFILE) -> str:
    """Ask to join a list with a profile; return the request's public id."""
    wording = find_current_wording(mailing_list.purpose_id, profile.language)
    assert wording is not None
    return request_signup(
        Signup(
            address=parse_address(ADDRESS),
            profile=profile,
            mailing_list_id=mailing_list.id,
            wording_ids=[wording.id],
            page_url=PAGE,
        )
    )


def make_person_with_profile(
    mailing_list: MailingList, profile: Profile = FULL_PROFILE
) -> Subscriber:
    """Return a person who signed up with a profile and confirmed it."""
    token = confirm_token(request_with_profile(mailing_list, profile))
    confirmed = confirm_by_link(token, ConfirmSubmission(given_name=profile.given_name))
    assert isinstance(confirmed, ConfirmedSignup)
    return db.session.get_one(Subscriber, confirmed.subscriber_id)
