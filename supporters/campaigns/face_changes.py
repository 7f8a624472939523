"""Changes the party's face: the colours, the head and the foot of all emails."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from supporters import clock
from supporters.campaigns.merge_fields import on_one_line, without_marks
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.queries import find_picture
from supporters.database import db, use_case
from supporters.locks import Lock
from supporters.mail.face_models import Alignment, MailFace
from supporters.mail.mail_face import THE_ONE, find_row
from supporters.mail.palettes import OURS, is_readable
from supporters.mail.social_links import Network, find_link_fault
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_act

VALUES = (
    *("accent", "accent_words", "stripe", "alignment", "shows_name", "logo_id", "logo_file"),
    *("logo_width", "logo_height", "logo_alt", "links", "postal_address"),
)


class FaceError(Enum):
    """Why the face was not changed."""

    UNREADABLE = auto()
    LOGO_UNKNOWN = auto()
    LINK_REFUSED = auto()


@dataclass(frozen=True, kw_only=True)
class FaceChoice:
    """The choice of the owners. `logo_id` is a picture of the library."""

    accent: str
    accent_words: str
    stripe: str
    alignment: Alignment = Alignment.LEFT
    shows_name: bool = True
    logo_id: int | None = None
    logo_alt: str = ""
    links: Mapping[Network, str]
    postal_address: str = ""


def find_choice() -> FaceChoice:
    """Return what the owners chose, or the look of this program."""
    row = find_row()
    if row is None:
        return FaceChoice(
            accent=OURS.header, accent_words=OURS.header_words, stripe=OURS.stripe, links={}
        )
    return FaceChoice(
        accent=row.accent,
        accent_words=row.accent_words,
        stripe=row.stripe,
        alignment=row.alignment,
        shows_name=row.shows_name,
        logo_id=row.logo_id,
        logo_alt=row.logo_alt,
        links={Network(key): url for key, url in json.loads(row.links).items()},
        postal_address=row.postal_address,
    )


@use_case
def change_face(choice: FaceChoice, by_id: int | None) -> bool | FaceError:
    """Change the face of the emails that are written from now on; tell whether it differs.

    Frozen messages keep their bytes.
    """
    if not is_readable(choice.accent_words, choice.accent):
        return FaceError.UNREADABLE
    if any(find_link_fault(network, url) for network, url in choice.links.items()):
        return FaceError.LINK_REFUSED
    Lock.FACE.take()
    row = find_row(for_update=True)
    logo = None if choice.logo_id is None else find_picture(choice.logo_id, for_update=True)
    if logo is None and choice.logo_id is not None:
        return FaceError.LOGO_UNKNOWN
    _release_logo(row, logo)
    chosen = make_row(choice, logo)
    if row is not None and all(getattr(row, name) == getattr(chosen, name) for name in VALUES):
        return False
    chosen.changed_at, chosen.changed_by = clock.now(), by_id
    db.session.merge(chosen)
    record_act(Act.FACE_CHANGED)
    return True


def make_row(choice: FaceChoice, logo: Picture | None) -> MailFace:
    """Return the row of a choice, which isn't stored."""
    return MailFace(
        id=THE_ONE,
        accent=choice.accent.lower(),
        accent_words=choice.accent_words.lower(),
        stripe=choice.stripe.lower(),
        alignment=choice.alignment,
        shows_name=choice.shows_name or logo is None,
        logo_id=logo.id if logo else None,
        logo_file=f"{logo.name}.{logo.format.value}" if logo else None,
        logo_width=logo.width if logo else None,
        logo_height=logo.height if logo else None,
        logo_alt=without_marks(choice.logo_alt) if logo else "",
        links=json.dumps(
            {each.value: choice.links[each] for each in Network if each in choice.links}
        ),
        postal_address=without_marks(on_one_line(choice.postal_address)),
    )


def _release_logo(row: MailFace | None, logo: Picture | None) -> None:
    """Note that the logo of before was used until now. The library keeps it for some time."""
    if row is not None and row.logo_id is not None and (logo is None or logo.id != row.logo_id):
        before = find_picture(row.logo_id, for_update=True)
        if before is not None:
            before.used_at = clock.now()
