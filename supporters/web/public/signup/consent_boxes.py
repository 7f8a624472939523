"""The boxes of a page that asks for consents, each with the words that its tick agrees to.

Boxes whose wordings share a legend stand under it (ADR 067). A wording of one sentence stands whole
beside its box.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask_babel import gettext
from markupsafe import Markup
from wtforms import BooleanField

from supporters.consent.models import Wording
from supporters.consent.rules import split_wording
from supporters.lists.models import MailingList
from supporters.web.list_filters import box_words

SHOWN_BOXES = 3


class ConsentBox(NamedTuple):
    """A box and the words beside it."""

    field: BooleanField
    label: Markup
    is_required: bool = False


class ConsentGroup(NamedTuple):
    """Boxes under one legend. Further ones are folded, unless one of them is ticked or faulty."""

    legend: str
    boxes: Sequence[ConsentBox]
    folded: Sequence[ConsentBox] = ()

    @property
    def is_unfolded(self) -> bool:
        """Whether the fold must be open."""
        return any(each.field.data or each.field.errors for each in self.folded)


class OfferedBox(NamedTuple):
    """A box of a form, its list if it has one, and its wording."""

    field: BooleanField
    mailing_list: MailingList | None
    wording: Wording
    is_required: bool = False


def group_boxes(offered: Iterable[OfferedBox]) -> list[ConsentGroup]:
    """Return the boxes under their legends, lists before other purposes."""
    groups: dict[tuple[bool, str], list[ConsentBox]] = {}
    for each in offered:
        legend = split_wording(each.wording.text).legend
        label = box_words(each.wording, each.mailing_list)
        box = ConsentBox(each.field, label, each.is_required)
        groups.setdefault((each.mailing_list is not None, legend), []).append(box)
    return [
        ConsentGroup(legend or _legend_of_sentences(is_list=is_list), boxes)
        for (is_list, legend), boxes in groups.items()
    ]


def fold_boxes(group: ConsentGroup) -> ConsentGroup:
    """Fold the further boxes of a group of many: its form must fit a telephone."""
    if len(group.boxes) <= SHOWN_BOXES + 1:  # a fold takes the place of a box
        return group
    return group._replace(boxes=group.boxes[:SHOWN_BOXES], folded=group.boxes[SHOWN_BOXES:])


def _legend_of_sentences(*, is_list: bool) -> str:
    if is_list:
        return str(gettext("What you agree to"))
    return str(gettext("You can also allow us this. Your sign-up does not depend on it:"))
