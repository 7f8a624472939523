"""Gives the promises of this request's acts: as links below a page, or in the answer itself."""

from collections.abc import Iterable
from typing import NamedTuple, cast

from flask import flash

from supporters import clock
from supporters.consent.committed_acts import PromisedAct, list_committed_acts
from supporters.consent.promised.promises import sign_act_link, sign_promise, tell_nothing
from supporters.lists.queries import name_of_purpose
from supporters.mail.links import link_with_token
from supporters.transparency_log.signed_statements import Statement

PROOF = "proof"  # the category of the messages with links to promises
MOST_FLASHED = 6  # they stand in a cookie; My data has all


class ProofLink(NamedTuple):
    """A link to the promise of an act, and what it is for if there are several."""

    token: str
    name: str


def make_promise(act: PromisedAct, token: str, *, name: str, language: str) -> Statement:
    """Return the promise of an act, with the address of its receipt in a language."""
    url = link_with_token("public.receipt_file", language, token)
    return sign_promise(act, name=name, url=url)


def list_proof_links(acts: Iterable[PromisedAct] | None = None) -> list[ProofLink]:
    """Return the links to the promises of acts, by default of those that this request committed."""
    found = [*(list_committed_acts() if acts is None else acts)]
    return [
        ProofLink(
            sign_act_link(each),
            name_of_purpose(each.purpose_id) if len(found) > 1 and each.purpose_id else "",
        )
        for each in found
    ]


def list_end_links() -> list[ProofLink]:
    """Return the same after a press that ends consents, of a known or an unknown person.

    If there was none to end, the one promise says so.
    """
    return list_proof_links() or list_proof_links([tell_nothing(clock.now())])


def flash_proof_links(acts: Iterable[PromisedAct] | None = None) -> None:
    """Show the links on the next page of this browser."""
    for each in list_proof_links(acts)[:MOST_FLASHED]:
        flash(cast(str, tuple(each)), PROOF)
