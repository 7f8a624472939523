"""Presses on “undo” by the browser that left a list."""

from supporters.consent.corrections import hash_for_correction, hash_for_withdrawal
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.my_data.unsubscription_undo import PressedUndo

SECRET = "of the browser"
EVIDENCE = hash_for_withdrawal(hash_for_correction(SECRET))
PAGE_URL = "https://x.example/leave"


def press_undo(secret: str = SECRET) -> PressedUndo:
    """Return the press on the undo of a browser with a secret."""
    page = store_page_snapshot("<p>Désinscription effectuée</p>", "fr")
    return PressedUndo(secret=secret, page_url=PAGE_URL, page_snapshot_id=page.id)
