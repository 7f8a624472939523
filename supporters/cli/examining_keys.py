"""Looks, for `flask doctor`, which secret keys there are, and what is sealed with which."""

from collections import Counter
from collections.abc import Iterable

from supporters.cli.finding import Finding
from supporters.delivery.machines import list_machines_without
from supporters.extensions import current_sealer, current_settings
from supporters.mail.queries import list_sealed_contents
from supporters.people.keys import can_open_data_keys, list_keys_of_data

LETTERS_TRIED = 5_000


def look_at_keys() -> Finding:
    """Name the secret keys; what they are isn't said."""
    newest, *older = current_sealer().fingerprints
    named = f"The newest is {newest}" + (f", older ones: {', '.join(older)}." if older else ".")
    if current_settings().is_development:
        words = "This is a development, by its base URL: keys and mailbox protect nothing."
        return Finding("secret keys", "look", f"{words} {named}")
    return Finding("secret keys", "right", named)


def look_at_data_keys() -> Finding:
    """Tell whether the data keys can be opened, and with which secret keys."""
    about = "data keys"
    if not can_open_data_keys():
        how = (
            "No secret key opens them: nobody can be recognised or suppressed. Put the key that "
            "this database was used with back into SUPPORTERS_SECRET_KEYS."
        )
        return Finding(about, "wrong", how)
    newest, *older = current_sealer().fingerprints
    used = _count(list_keys_of_data())
    if without := list_machines_without(newest):
        how = (
            f"Machines at work that lack the newest key {newest}: {len(without)}. They can't open "
            "what is sealed here. Add it behind the others on every machine, and restart them."
        )
        return Finding(about, "wrong", f"{how} Sealed with: {used}.")
    words = f"The secret keys open them. Sealed with: {used}."
    if older:
        words += " A backup from before a rotation needs the key of then: keep it as long."
    return Finding(about, "right", words)


def look_at_sealed_letters() -> Finding:
    """Tell whether letters wait that were sealed with a key which this machine lacks."""
    about = "sealed letters"
    keys = [current_sealer().find_key(each) for each in list_sealed_contents(limit=LETTERS_TRIED)]
    if lacking := keys.count(None):
        how = (
            f"{lacking} letters wait for a key that this machine doesn't have. Put it into "
            "SUPPORTERS_SECRET_KEYS here, or let a worker run on a machine that has it."
        )
        return Finding(about, "wrong", how)
    used = f" Sealed with: {_count(keys)}." if keys else ""
    return Finding(about, "right", f"This machine can open all that wait.{used}")


def _count(keys: Iterable[str | None]) -> str:
    counted = Counter(key for key in keys if key is not None)
    return ", ".join(f"{key} ({number})" for key, number in sorted(counted.items())) or "none"
