"""Extends the installation by the links of emails, and by states that a try needs."""

from datetime import timedelta

from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RoleName
from supporters.accounts.queries import find_organiser_by_email, get_role
from supporters.cases.departures import record_departure
from supporters.cases.models import DepartureKind
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.my_data.address_change import RequestAddressChangeResult, request_address_change
from supporters.my_data.disputes import link_to_stop_all_mail
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.reconfirmation.reconfirmation_rounds import send_next_reconfirmations
from supporters.sign_in.password_changes import answer_waiting_resets, request_password_reset
from supporters.sign_in.session_models import SignInSession
from supporters.sign_in.sign_in_sessions import SignInDevice, begin_session
from supporters.signup.rush.announced_broadcasts import BroadcastDraft, announce_broadcast
from supporters.signup.rush.models import SignupHold
from supporters.team.right_requests import request_right
from supporters.team.team_invitations import TeamInvitation, invite_organiser
from supporters.transparency_log.merkle_tree import HASH_BYTES
from supporters.transparency_log.models import LogTile
from tests.architecture.installation import (
    KNOWN,
    STRANGER,
    FirstRows,
    Installation,
    Reached,
    add_first_rows,
    file_of,
)
from tests.factories.accounts import make_owner
from tests.factories.consent.consent_changes import ask_for_other_meaning
from tests.factories.imports import APPROVER
from tests.factories.lookups import use_up_people
from tests.factories.my_data import send_access_link
from tests.factories.sending_day.sending_times import make_ballot
from tests.factories.signups import confirm_token, email_of_request, request_to_join, values_in
from tests.web.console.pages import open_person
from tests.web.public.pages import join, press

OVERVIEW = "/fr/my-data/overview"

__all__ = ["KNOWN", "STRANGER", "FirstRows", "Reached", "Scenario", "add_first_rows", "file_of"]


class Scenario(Installation):
    """An installation whose emails the test can read."""

    def in_my_data(self) -> dict[str, object]:
        """Let the browser open My data of the subscriber. The route has no parameter."""
        if self.browser.get(OVERVIEW).status_code != 200:
            page = f"/fr/my-data/open/{self.my_data_token()}"
            assert press(self.browser, page).location == OVERVIEW
        return {}

    def after_signup(self) -> dict[str, object]:
        """Let the browser sign up with the stranger's address. The route has its list already."""
        sent = join(self.browser, STRANGER, page=f"/fr/join/{self.places['slug']}")
        assert sent.status_code == 303
        return {}

    def with_sealed_log(self) -> list[object]:
        """Seal the log. The command has no argument."""
        seal()
        return []

    def leaf(self) -> str:
        """Seal the log; return the name of an entry."""
        tile = db.session.scalars(select(LogTile)).first()
        assert tile is not None
        return tile.hashes[:HASH_BYTES].hex()

    def with_journal(self) -> list[object]:
        """Let a person unsubscribe, so that the journal has a line. The command has no argument."""
        unsubscribe_from_list(self.person_id, self.list_id, Method.PAGE)
        return []

    def with_hold(self) -> list[object]:
        """Hold all sending; return the arguments that lift the hold."""
        hold_sending(HoldReason.RESTORED)
        return ["--by", self.owner_at(APPROVER), "--reason", STRANGER]

    def in_hold(self) -> dict[str, object]:
        """Hold all sending. The route has no parameter."""
        hold_sending(HoldReason.RESTORED)
        return {}

    def restored_id(self) -> int:
        """Return a campaign that was being sent when a backup was made."""
        hold_sending(HoldReason.RESTORED)
        return self.running_id

    def with_held_emails(self) -> dict[str, object]:
        """Hold the emails of signups. The route has no parameter."""
        with transaction():
            now = clock.now()
            db.session.add(SignupHold(id=new_id(now), began_at=now, counted=300, most=300))
        return {}

    def domain_of_held(self) -> str:
        """Return the domain of a held email."""
        request_to_join("held@held.example", db.session.get_one(MailingList, self.list_id))
        return "held.example"

    def ballot_id(self) -> int:
        """Return the id of a ballot."""
        return make_ballot().id

    def broadcast_id(self) -> int:
        """Return an event that is announced."""
        now = clock.now()
        draft = BroadcastDraft(
            name="Rally",
            mailing_list_id=self.list_id,
            begins_at=now,
            ends_at=now + timedelta(hours=2),
            factor=10,
        )
        return announce_broadcast(draft, make_owner("announces@parti.example").id).id

    def with_pressing_case(self) -> list[object]:
        """Let a case become due. The job has no argument."""
        self.case_id(days_ago=25)
        return []

    def with_opened_person(self) -> dict[str, object]:
        """Open the page of the subscriber. The route has their id already."""
        open_person(self.browser, self.person_id)
        return {}

    def exporter(self) -> str:
        """Return the address of another account, which has both rights."""
        with transaction():
            other = db.session.get_one(Organiser, self.other_id)
            other.roles = [*other.roles, get_role(RoleName.EXPORTER), get_role(RoleName.APPROVER)]
        return other.email

    def exporter_id(self) -> int:
        """Return the other account, which has both rights."""
        self.exporter()
        return self.other_id

    def with_used_up_lookups(self) -> dict[str, object]:
        """Use up the account's allowance of people. The route has no parameter."""
        self.browser.get("/console/")
        use_up_people(self.account_id)
        return {}

    def with_restricted_person(self) -> dict[str, object]:
        """Restrict the subscriber, and open their page. The route has their id already."""
        self.with_opened_person()
        self.restricted_address()
        return {}

    def with_import_in(self, state: str) -> list[object]:
        """Create an import in a state. The job has no argument."""
        self.import_in(state)
        return []

    def with_people_to_ask(self) -> list[object]:
        """Start a reconfirmation. The job has no argument."""
        self.changed_purpose_id(is_asking=True)
        return []

    def confirm_token(self) -> str:
        """Return the token of the confirmation link in the email to the stranger."""
        return confirm_token(self.asked)

    def not_me_token(self) -> str:
        """Return the token of the other link in that email."""
        return str(values_in(email_of_request(self.asked))["not_me_url"]).rpartition("/")[2]

    def invited_token(self, name: str) -> str:
        """Return the token of a link in the invitation to the stranger."""
        self.import_in("asking")
        send_next_invitations(clock.now())
        return self._token_in_newest(EmailKind.INVITATION, name)

    def renew_token(self) -> str:
        """Return the token of the reconfirmation email to the subscriber."""
        self.changed_purpose_id(is_asking=True)
        assert send_next_reconfirmations(clock.now()) == 1
        return self._token_in_newest(EmailKind.RECONFIRMATION, "answer_url")

    def my_data_token(self) -> str:
        """Return the token of the email that opens My data of the subscriber."""
        send_access_link(KNOWN, "fr")
        return self._token_in_newest(EmailKind.MY_DATA, "open_url")

    def new_address_token(self) -> str:
        """Return the token of the email to a new address."""
        assert (
            request_address_change(self.person_id, parse_address(STRANGER), "fr")
            is RequestAddressChangeResult.EMAIL_SENT
        )
        return self._token_in_newest(EmailKind.NEW_ADDRESS, "confirm_url")

    def refusal_token(self) -> str:
        """Return the token by which the new address objects."""
        return link_to_stop_all_mail(parse_address(STRANGER), "fr").rpartition("/")[2]

    def undo_token(self) -> str:
        """Return the token of the email that undoes an unsubscription of another person."""
        with transaction():
            person = db.session.get_one(Subscriber, self.person_id)
            record_departure(person, DepartureKind.UNSUBSCRIBED, [], now=clock.now())
        return self._token_in_newest(EmailKind.UNSUBSCRIBED_FROM_ALL, "undo_url")

    def _token_in_newest(self, kind: EmailKind, name: str) -> str:
        db.session.rollback()
        newest = (
            select(OutboxEmail)
            .where(OutboxEmail.kind == kind)
            .order_by(OutboxEmail.id.desc())
            .limit(1)
        )
        return str(values_in(db.session.scalars(newest).one())[name]).rpartition("/")[2]

    def leave_token(self) -> str:
        """Return the token of an unsubscribe link."""
        return current_tokens().sign(TokenPurpose.UNSUBSCRIBE, self._mail)

    def why_token(self) -> str:
        """Return the token of a link “Why did I get this?”."""
        return current_tokens().sign(TokenPurpose.WHY, self._mail)

    @property
    def _mail(self) -> list[str | int]:
        return [self.person_id, self.list_id, self.running_id]

    def receipt_token(self) -> str:
        """Return the token of the link to the receipt of a consent."""
        held = select(Subscription.consent_event_id)
        return current_tokens().sign(TokenPurpose.RECEIPT, db.session.scalars(held).one())

    def manage_token(self) -> str:
        """Return the token of a link to a person's lists."""
        return current_tokens().sign(TokenPurpose.MANAGE, self.person_id)

    def welcome_token(self) -> str:
        """Return the token of a team invitation to the stranger."""
        invited = invite_organiser(STRANGER, RoleName.ORGANISER, "fr", inviter="")
        assert isinstance(invited, TeamInvitation)
        return invited.welcome_url.rpartition("/")[2]

    def other_session_id(self) -> int:
        """Sign the account of the browser in on another device; return the id of that session."""
        here = db.session.scalars(select(SignInSession)).one()
        account = db.session.get_one(Organiser, here.organiser_id)
        begin_session(account, SignInDevice("192.0.2.0/24", "", []), clock.now())
        there = db.session.scalars(select(SignInSession).where(SignInSession.id != here.id))
        return there.one().id

    def invited_id(self) -> int:
        """Return an account of the stranger that waits for its password."""
        invited = invite_organiser(STRANGER, RoleName.ORGANISER, "fr", inviter="")
        assert isinstance(invited, TeamInvitation)
        return invited.organiser.id

    def right_request_id(self) -> int:
        """Return the request of another owner for a right."""
        owner = find_organiser_by_email(APPROVER) or make_owner(APPROVER)
        made = request_right(self.other_id, RoleName.EXPORTER, owner.id)
        assert isinstance(made, RightRequest)
        return made.id

    def consent_change_id(self) -> int:
        """Return the request of another owner for another meaning of the list's consent."""
        return ask_for_other_meaning(self.list_id, APPROVER)

    def reset_token(self) -> str:
        """Return the token of a link to a new password."""
        request_password_reset(db.session.get_one(Organiser, self.other_id).email)
        answer_waiting_resets()
        email = db.session.scalars(
            select(OutboxEmail)
            .where(OutboxEmail.kind == EmailKind.RESET_PASSWORD)
            .order_by(OutboxEmail.id.desc())
        ).first()
        assert email is not None
        return str(values_in(email)["reset_url"]).rpartition("/")[2]
