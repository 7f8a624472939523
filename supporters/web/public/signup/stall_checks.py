"""The checks and words that the script of a stall needs while there is no network.

They are those of the server: the same lists, and the same sentences (static/js/stall/address.js).
"""

from typing import NamedTuple

from flask_babel import gettext

from supporters.extensions import current_settings
from supporters.people.address_suggestions import (
    COMMON_ENDINGS,
    OWN_ENDING,
    SLIPS_OF_COM,
    list_known_endings,
)
from supporters.people.mailbox_providers import COMMON_PROVIDERS, REAL_NEIGHBOURS
from supporters.people.models import MAX_ADDRESS
from supporters.people.profile import MAX_GIVEN_NAME
from supporters.signup.encrypted_signups import StallKeys
from supporters.web.labels.address_labels import ADDRESS_FAULTS
from supporters.web.public.signup.address_forms import (
    DOMAIN_QUESTION,
    ENDING_QUESTION,
    ENTER_ADDRESS,
    UNKNOWN_ENDING,
)
from supporters.web.public.signup.consent_fields import TICK_A_LIST, TICK_THIS_BOX
from supporters.web.public.signup.profile_fields import NO_NAME


class StallChecks(NamedTuple):
    """The public key to encrypt with, the lists for addresses, and the words of the language."""

    key: str
    lists: dict[str, object]
    words: dict[str, str]


def read_stall_checks() -> StallChecks:
    """Return what a tablet needs to check and keep a sign-up without us."""
    return StallChecks(
        key=StallKeys(current_settings().secret_keys).public_key,
        lists={
            "providers": COMMON_PROVIDERS,
            "neighbours": sorted(REAL_NEIGHBOURS),
            "endings": " ".join(list_known_endings()),
            "common": COMMON_ENDINGS,
            "slips": sorted(SLIPS_OF_COM),
            "own": OWN_ENDING,
            "longest": MAX_ADDRESS,
            "longestName": MAX_GIVEN_NAME,
        },
        words={
            **{fault.name: str(words) for fault, words in ADDRESS_FAULTS.items()},
            "EMPTY": str(ENTER_ADDRESS),
            "UNKNOWN_ENDING": str(UNKNOWN_ENDING),
            "DOMAIN_QUESTION": str(DOMAIN_QUESTION),
            "ENDING_QUESTION": str(ENDING_QUESTION),
            "TICK_THIS_BOX": str(TICK_THIS_BOX),
            "TICK_A_LIST": str(TICK_A_LIST),
            "NO_NAME": str(NO_NAME),
            "LONG_NAME": gettext("Use at most %(max)d characters.", max=MAX_GIVEN_NAME),
            "USE": gettext("Use %(address)s"),
            "KEEP": gettext("Keep %(address)s"),
            "CORRECT": gettext("Correct"),
            "DELETE": gettext("Delete"),
            "SURE": gettext("Delete this sign-up? Nobody can bring it back."),
            "CANT_KEEP": gettext(
                "There is no network, and this browser can’t keep the sign-up. Nothing was stored."
            ),
        },
    )
