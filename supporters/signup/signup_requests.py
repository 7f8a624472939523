"""Stores a signup request with its email.

The page answers the same for every address, known or unknown.
"""

from supporters import clock
from supporters.fast_path.locked_changes import Decision, Read, change_in_trips
from supporters.fast_path.prepared_statements import together
from supporters.locks import Lock
from supporters.mail.outbox import add_email_row
from supporters.metering.metrics import CountedAct, count_act
from supporters.signup.new_requests import (
    Signup,
    add_request_rows,
    load_for_signup,
    make_request,
    prove_by_email,
)
from supporters.signup.rush.held_emails import hash_visitor
from supporters.signup.signup_facts import hash_address, read_facts, sort_facts
from supporters.signup.signup_mails import describe_signup_mail
from supporters.signup.signup_secrets import make_secrets
from supporters.transparency_log.log_records import load_people_key


def request_signup(signup: Signup) -> str:
    """Store a request and its email; return the public id for the page of the visitor.

    It makes two trips to the database, the same for every address. Raises EditionChanged, and
    stores nothing, if the site has changed since the form was checked.
    """
    now, macs = clock.now(), hash_address(signup.address)
    secrets = make_secrets(signup.address.key, macs.address, signup.wording_ids)
    network_mac = hash_visitor(now)
    load_people_key()
    load_for_signup(signup)

    def decide(rows: Read) -> Decision[str]:
        facts = sort_facts(rows[0], macs)
        email = describe_signup_mail(signup, facts, secrets, now=now)
        proof = prove_by_email(facts, secrets, email_id=email["id"], network_mac=network_mac)
        asked = make_request(signup, proof, now=now)
        writes = together(add_email_row(email), *add_request_rows(asked))
        return Decision(outcome=secrets.public_id, writes=[writes])

    known = read_facts(signup.address.key, macs, now=now)
    public_id = change_in_trips((Lock.MAILBOX, macs.mailbox), [known], decide)
    count_act(CountedAct.SIGNUP)
    return public_id
