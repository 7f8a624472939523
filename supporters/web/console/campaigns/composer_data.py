"""The data that the page of a draft gives to its scripts: the draft, and their words."""

import json
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from supporters.campaigns.beginnings.starting_texts import StartingText
from supporters.campaigns.document.stored_document import write_document
from supporters.campaigns.models import Campaign, TextKind
from supporters.campaigns.other_languages.queries import other_language
from supporters.campaigns.queries import list_team_texts
from supporters.campaigns.states import is_frozen
from supporters.web.console.campaigns.approval_steps import is_tested_now
from supporters.web.console.campaigns.draft_addresses import document_of, urls_of
from supporters.web.console.campaigns.draft_findings import list_faults, list_findings
from supporters.web.console.campaigns.team_text_pages import describe_piece

Json = dict[str, Any]
NOTHING: Json = {"type": "doc", "content": [{"type": "paragraph"}]}


def composer_of(campaign: Campaign | None, start: StartingText | None = None) -> Json | None:
    """Return the data of the editor; None for a text that can't be a document.

    A new draft has no number until its first save.
    """
    draft: Json | None = {"document": NOTHING, "faults": [], "doubts": [], "urls": {}}
    if campaign is not None:
        draft = _describe(campaign)
    elif start is not None:
        draft = _describe_start(start)
    if draft is None:
        return None
    page = {
        "account": str(current_user.id),
        "token": generate_csrf(),
        "urls": {**draft["urls"], **_urls()},
    }
    pieces = [describe_piece(each) for each in list_team_texts(TextKind.PIECE)]
    return {
        "draft": {**draft, **page},
        "words": composer_words(),
        "pieces": pieces,
        "is_tested": campaign is not None and is_tested_now(campaign),
        "may_ask": campaign is None or not is_frozen(campaign.status),
    }


def _describe(campaign: Campaign) -> Json | None:
    document = document_of(campaign)
    if document is None:
        return None
    return {
        "id": f"{campaign.id}.{other}" if (other := other_language(campaign)) else campaign.id,
        "revision": campaign.revision,
        "document": json.loads(write_document(document)),
        **list_findings(campaign),
        "urls": urls_of(campaign),
    }


def _describe_start(start: StartingText) -> Json | None:
    """Return a draft that isn't stored yet."""
    if start.document is None:
        return None
    document = json.loads(write_document(start.document))
    faults = [*list_faults(start.as_campaign())]
    asked: Json = request.args.to_dict()
    preview = url_for("console.starting_text_html", **asked)
    return {"document": document, "faults": faults, "doubts": [], "urls": {"preview": preview}}


def _urls() -> dict[str, str]:
    return {
        "create": url_for("console.create_document"),
        "pictures": url_for("console.pictures"),
        "pieces": url_for("static", filename="js/pieces.js"),
        "save_piece": url_for("console.save_piece"),
        "emoji": url_for("static", filename="data/emoji.txt"),
        "two_texts": url_for("static", filename="js/two-texts.js"),
        "together": url_for("static", filename="script/together.js"),
        "names": url_for("static", filename="js/together/names.js"),
    }


def composer_words() -> dict[str, str]:
    """Return the words of the editor, by their names in its scripts."""
    return {
        "given_name": gettext("First name"),
        "list_name": gettext("Name of the list"),
        "party_name": gettext("Name of the party"),
        "field_or": gettext("%(field)s, or “%(fallback)s”"),
        "block_of": gettext("Block %(number)s of %(count)s."),
        "block_deleted": gettext("The block is deleted. Ctrl+Z brings it back."),
        "inserted": gettext("Inserted: %(what)s."),
        "piece_saved": gettext("Saved as a piece: %(name)s."),
        "not_here": gettext("That isn’t possible here."),
        "no_details": gettext("This block has no details."),
        "choices": gettext("Choices: %(count)s. The arrows choose, Enter inserts."),
        "uploading": gettext("The picture is on its way…"),
        "upload_failed": gettext("The picture was not taken: %(why)s"),
        "pictures_left_out": gettext(
            "Pictures that were not pasted: %(count)s. Insert them from this device: pictures of "
            "other sites tell those sites who reads."
        ),
        "put_ours": gettext("Put in: %(field)s"),
        "labelled": gettext("%(name)s: %(value)s"),
        "not_described": gettext("A picture without a description"),
        "no_picture": gettext("No picture yet"),
        "event_without_title": gettext("An event without a title"),
        "share_links": gettext("Links to share"),
        "gaps": gettext("Passages to fill in: %(count)s"),
        "faults": gettext("To correct: %(count)s"),
        "doubts": gettext("Worth a look: %(count)s"),
        "preview": gettext("Preview"),
        "weight": gettext("%(size)s kB. Gmail cuts a message off after 102 kB."),
        **_words_of_saving(),
        **_words_of_comments(),
    }


def _words_of_comments() -> dict[str, str]:
    return {
        "comment_later": gettext("Write something first: a comment needs a saved draft."),
        "on_words": gettext("On these words: “%(words)s”"),
        "on_block": gettext("On this block"),
        "on_whole": gettext("On the whole message"),
        "comment_here": gettext("Comment here"),
        "comment_failed": gettext("The comment was not sent. It is still here: try again."),
        "no_block": gettext("These words are no longer in the message."),
    }


def _words_of_saving() -> dict[str, str]:
    return {
        "unchanged": gettext("Saves by itself"),
        "unsaved": gettext("Not saved yet"),
        "saving": gettext("Saving…"),
        "saved": gettext("Saved at %(at)s"),
        "offline": gettext(
            "The server can’t be reached. Your text is stored in this browser, and we try again in "
            "%(seconds)s s."
        ),
        "signed_out": gettext(
            "Your session has ended. Your text is stored in this browser. Sign in again in a new "
            "tab: then it saves itself."
        ),
        "refused": gettext("Not saved: %(why)s Your text is still here."),
        "gone": gettext(
            "This is no longer a draft, or it was deleted. Your text is not lost: save it as a "
            "new draft."
        ),
        "frozen": gettext(
            "Not saved: this message is frozen for its approval. Your text is stored in this "
            "browser."
        ),
        "conflict": gettext(
            "%(who)s saved this draft at %(at)s, after you opened it. Neither text is lost: "
            "choose one."
        ),
        "rescued": gettext(
            "Your changes of %(at)s could not be saved then. They are in the history now; the text "
            "below is the saved one."
        ),
        "compare": gettext("Compare and restore"),
        "unsaved_draft": gettext(
            "This browser has stored a draft of %(at)s that could not be saved: “%(subject)s”."
        ),
        "open_as_draft": gettext("Open it"),
        "close": gettext("Close"),
        "my_text": gettext("First: your text"),
        "text_of": gettext("Second: the text of %(who)s"),
        "try_again": gettext("Try again in a minute."),
    }
