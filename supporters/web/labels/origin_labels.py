"""The words of “Is this email really from us?”: answers, and what speaks against an email."""

from flask_babel import lazy_gettext as _

from supporters.accountability.email_origin import OriginDoubt, Verdict
from supporters.web.labels.word_tables import Meanings, Names, Tone, Tones

VERDICTS: Names[Verdict] = {
    Verdict.GENUINE: _("Yes, this email is from us"),
    Verdict.GENUINE_IN_PART: _("The part that we compared is from us"),
    Verdict.HEADERS_GENUINE: _("These headers are from an email of ours"),
    Verdict.UNCHECKED: _("It carries our signatures, but its words were not checked"),
    Verdict.ALTERED: _("Careful: this is not as we sent it"),
    Verdict.NOT_OURS: _("No, this email is not from us"),
    Verdict.TOO_LITTLE: _("We can’t tell from this part"),
}
VERDICT_MEANINGS: Meanings[Verdict] = {
    Verdict.GENUINE: _("Its signatures are ours, and its words and links are those that we sent."),
    Verdict.GENUINE_IN_PART: _(
        "It is longer than what we compare here. Its headers, its plain text and the beginning of "
        "the rest are as we sent them. The end was not compared."
    ),
    Verdict.HEADERS_GENUINE: _(
        "Their signatures are ours. But headers can be copied onto another text: paste the whole "
        "source, so that we can compare its words too."
    ),
    Verdict.UNCHECKED: _(
        "Signatures can be copied onto another text, and we could not compare this one with the "
        "email that we sent. Paste the whole source, not a forwarded copy. Emails from before we "
        "signed their words can’t be compared at all."
    ),
    Verdict.ALTERED: _("Somebody, or a program on the way, changed it:"),
    Verdict.NOT_OURS: _("It has none of the signatures that each email of ours has."),
    Verdict.TOO_LITTLE: _(
        "There is no signature in it. Paste the whole source, from the first line to the last."
    ),
}
VERDICT_TONES: Tones[Verdict] = {
    Verdict.GENUINE: Tone.GOOD,
    Verdict.GENUINE_IN_PART: Tone.WARN,
    Verdict.HEADERS_GENUINE: Tone.WARN,
    Verdict.UNCHECKED: Tone.WARN,
    Verdict.ALTERED: Tone.BAD,
    Verdict.NOT_OURS: Tone.BAD,
    Verdict.TOO_LITTLE: Tone.WARN,
}
ORIGIN_DOUBTS: Names[OriginDoubt] = {
    OriginDoubt.FORGED_LINK: _("A link to our site has a signature that isn’t ours."),
    OriginDoubt.FORGED_RETURN_PATH: _("The address for returned emails has a forged signature."),
    OriginDoubt.OTHER_SENDER: _("Its sender is not our address."),
    OriginDoubt.OTHER_MESSAGE_ID: _("Its number (Message-ID) is not that of this email."),
    OriginDoubt.MIXED: _("It is put together from several emails."),
    OriginDoubt.FOREIGN_LINKS: _(
        "It has links to sites that our email does not link to. The mail filter of a company may "
        "also cause this."
    ),
    OriginDoubt.OTHER_LINKS: _("It has links that our email does not have."),
    OriginDoubt.OTHER_HEADERS: _("Lines at its head are not as we sent them."),
    OriginDoubt.OTHER_WORDS: _("It has words that are not ours."),
    OriginDoubt.ADDED_WORDS: _(
        "Words that are not ours were added to it. Mailing lists and virus scanners do that, and "
        "so do forgers."
    ),
    OriginDoubt.REWRITTEN: _(
        "Parts of it are missing or in another place, or a program on the way rewrote them."
    ),
}
