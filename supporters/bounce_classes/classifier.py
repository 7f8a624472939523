"""Decides the class of a server's answer by its code and its words (REQ-99, REQ-100, ADR 108).

A mailbox is dead by evidence only: an enhanced code that says so and no words against it, or words
that say so and no code against them.
"""

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.codes import class_of_codes, find_codes, is_temporary
from supporters.bounce_classes.phrases import PhraseGroup, find_group
from supporters.bounce_classes.second_voice import Reply, correct

MOST_WORDS = 2_000
# Codes of another cause: words of a missing mailbox contradict them, and neither is believed.
OTHER_CAUSES = {BounceClass.FULL, BounceClass.EXPIRED}
NO_OTHER_CAUSES = {BounceClass.PROTOCOL}  # 5.5.0 and 5.5.1 are given for anything


def classify(code: int | None, status: str | None, words: str) -> BounceClass:
    """Return what an answer is evidence of; `status` is its enhanced code (RFC 3463)."""
    said = words[:MOST_WORDS]
    code, status = find_codes(code, status, said)
    by_codes = class_of_codes(code, status)
    group = find_group(said, status)
    if group is None or group.bounce_class is BounceClass.UNKNOWN:
        found = correct(by_codes, Reply(code, status, said))
        is_acquitted = group is not None and WEIGHTS[found] is Weight.DEAD
        return BounceClass.UNKNOWN if is_acquitted else found
    if WEIGHTS[group.bounce_class] is not Weight.DEAD:
        return group.bounce_class
    if is_temporary(code, status):
        # The server may take the next one: five such answers are needed (REQ-102). That a name
        # doesn't exist is DNS's own answer, whatever code the relay gives it.
        return group.bounce_class if group.is_certain else BounceClass.TRANSIENT
    return _weigh(group, by_codes, has_status=status is not None, has_code=bool(code or status))


def _weigh(
    group: PhraseGroup, by_codes: BounceClass, *, has_status: bool, has_code: bool
) -> BounceClass:
    """Return the class of words that speak of a missing mailbox or domain, beside the codes."""
    if WEIGHTS[by_codes] is Weight.DEAD:
        return group.bounce_class
    if by_codes not in NO_OTHER_CAUSES and WEIGHTS[by_codes] is Weight.NOT_THEIRS:
        return BounceClass.UNKNOWN
    if has_status and by_codes in OTHER_CAUSES:
        return by_codes
    is_vague = by_codes is not BounceClass.DISABLED
    if group.needs_code and not (has_code and is_vague):
        return by_codes
    return group.bounce_class
