"""The words of the check of the delivery set-up, and of the loop test."""

from flask_babel import lazy_gettext as _

from supporters.delivery_setup.findings import FindingState, SetupFault, SetupLine
from supporters.delivery_setup.loop_comparison import LoopFault
from supporters.delivery_setup.models import LoopShape
from supporters.delivery_setup.relay_records import RelayProvider
from supporters.web.labels.word_tables import Meanings, Names, Tone, Tones

SETUP_LINES: Names[SetupLine] = {
    SetupLine.SPF: _("Authorised servers (SPF)"),
    SetupLine.DKIM: _("Signature (DKIM)"),
    SetupLine.DMARC: _("Rule for forged emails (DMARC)"),
    SetupLine.ALIGNMENT: _("Sender proved (alignment)"),
    SetupLine.POLICY: _("Strength of the rule (DMARC policy)"),
    SetupLine.BOUNCES: _("Way back for bounces (MX)"),
    SetupLine.ANSWERS: _("Way back for answers (MX)"),
    SetupLine.PTR: _("Name of the sending address (PTR)"),
    SetupLine.TLS: _("Encryption to the mail server (TLS)"),
    SetupLine.CLOCK: _("Clock of the server"),
}
SETUP_LINE_MEANINGS: Meanings[SetupLine] = {
    SetupLine.SPF: _("The domain names the servers that may send for it."),
    SetupLine.DKIM: _("The key is published, so receivers can verify our signatures."),
    SetupLine.DMARC: _("The domain says what receivers do with emails that others forge."),
    SetupLine.ALIGNMENT: _("SPF or DKIM proves the domain that readers see as the sender."),
    SetupLine.POLICY: _("Receivers hold forged emails back."),
    SetupLine.BOUNCES: _("Emails that can’t be delivered come back to us."),
    SetupLine.ANSWERS: _("People can answer."),
    SetupLine.PTR: _("The address has a name, and the name has the address."),
    SetupLine.TLS: _("Emails travel encrypted to the mail server, or it is on this machine."),
    SetupLine.CLOCK: _("It agrees with that of the database."),
}
FINDING_STATES: Names[FindingState] = {
    FindingState.GREEN: _("In order"),
    FindingState.RED: _("To correct"),
    FindingState.UNKNOWN: _("Not known"),
}
FINDING_TONES: Tones[FindingState] = {
    FindingState.GREEN: Tone.GOOD,
    FindingState.RED: Tone.BAD,
    FindingState.UNKNOWN: Tone.QUIET,
}
SETUP_FAULTS: Names[SetupFault] = {
    SetupFault.NO_SPF: _("%(domain)s has no SPF record: anybody could send in its name."),
    SetupFault.SEVERAL_SPF: _(
        "%(domain)s has several SPF records, so receivers use none. Put this one in place of all."
    ),
    SetupFault.SPF_FAULTY: _(
        "The SPF record of %(domain)s has a part that can’t be read: %(term)s. Receivers then use "
        "nothing of it."
    ),
    SetupFault.SPF_LOOKUPS: _(
        "The SPF record of %(domain)s needs %(count)s look-ups; receivers stop after 10. The "
        "record below names addresses instead: check it when a service moves, or remove what no "
        "longer sends for you."
    ),
    SetupFault.SPF_VOID: _(
        "The SPF record of %(domain)s names more than two hosts that don’t exist, so receivers "
        "give up."
    ),
    SetupFault.SPF_INCLUDE: _(
        "The SPF record of %(domain)s refers to one that is missing or faulty: %(term)s."
    ),
    SetupFault.SPF_LACKS_RELAY: _(
        "The SPF record of %(domain)s doesn’t name the mail server that sends for you (%(relay)s)."
    ),
    SetupFault.SPF_OPEN: _(
        "The SPF record of %(domain)s lets anybody send in its name: its end must be ~all or -all."
    ),
    SetupFault.NO_KEY: _("No key is published at %(name)s, so nobody can verify our signatures."),
    SetupFault.KEY_REVOKED: _("The key at %(name)s is withdrawn: its record is empty."),
    SetupFault.KEY_FAULTY: _("The record at %(name)s is no valid key."),
    SetupFault.KEY_SHORT: _("The key at %(name)s is too short: receivers ignore it."),
    SetupFault.KEY_IN_TEST: _(
        "The key at %(name)s is marked as a test (t=y), so receivers treat our emails as unsigned."
    ),
    SetupFault.OTHER_KEY: _("The key at %(name)s isn’t the one that we sign with."),
    SetupFault.UNSIGNED: _(
        "The loop test came back without a signature. Switch DKIM on at your mail service, or let "
        "our program sign: make a key."
    ),
    SetupFault.NO_SELECTOR: _(
        "Nothing signs here, and we don’t know whether your mail server does: the loop test tells. "
        "If it doesn’t, let our program sign: make a key."
    ),
    SetupFault.NO_DMARC: _(
        "%(name)s has no DMARC record. Gmail, Yahoo and Outlook refuse emails to many people "
        "without one."
    ),
    SetupFault.SEVERAL_DMARC: _(
        "%(name)s has several DMARC records, so receivers use none. Put this one in place of all."
    ),
    SetupFault.DMARC_FAULTY: _("The DMARC record at %(name)s can’t be read, so it has no effect."),
    SetupFault.NOT_ALIGNED: _(
        "Neither SPF nor DKIM vouches for %(domain)s, only for: %(domains)s. Have your mail "
        "service sign with %(domain)s, then send the loop test again."
    ),
    SetupFault.NEITHER_PASSES: _(
        "Neither SPF nor DKIM proves our domain yet. Once one does, this line is right."
    ),
    SetupFault.POLICY_NONE: _(
        "The DMARC rule of %(domain)s asks for nothing against forged emails. First see that all "
        "other emails of the domain are signed or authorised: those that aren’t go to spam then."
    ),
    SetupFault.NO_MAIL_HOST: _("%(domain)s has no mail server: no email can arrive there."),
    SetupFault.NULL_MX: _("%(domain)s says that it takes no email at all."),
    SetupFault.MAIL_HOST_GONE: _(
        "The mail server of %(domain)s has no address: %(host)s. Publish its address, or correct "
        "the MX record."
    ),
    SetupFault.MX_WITHOUT_NAME: _(
        "The MX record of %(domain)s has an address, %(host)s, in the place of a name: many "
        "servers deliver nothing there."
    ),
    SetupFault.NO_ADDRESS: _(
        "We don’t know which address your mail server sends from: the operator can set "
        "SUPPORTERS_SENDING_ADDRESSES. This stops nothing."
    ),
    SetupFault.NO_PTR: _(
        "The sending address %(address)s has no name. The company that you rent it from can set it."
    ),
    SetupFault.PTR_UNCONFIRMED: _(
        "The sending address %(address)s is named %(host)s, but this name doesn’t have the address."
    ),
    SetupFault.NO_STARTTLS: _("%(host)s doesn’t offer encryption, so nothing is sent to it."),
    SetupFault.CERTIFICATE: _("The certificate of %(host)s isn’t valid: %(why)s."),
    SetupFault.CERTIFICATE_EXPIRED: _(
        "The certificate of %(host)s has expired: who runs that server must renew it."
    ),
    SetupFault.CERTIFICATE_UNKNOWN: _(
        "The certificate of %(host)s is from no authority that this machine knows."
    ),
    SetupFault.CERTIFICATE_OF_OTHERS: _(
        "The certificate of %(host)s is for another name: the operator sets "
        "SUPPORTERS_MAIL_SERVER to a name that it has."
    ),
    SetupFault.TLS_FAILED: _(
        "No encrypted connection to %(host)s is possible (%(why)s). Its TLS is perhaps older than "
        "1.2."
    ),
    SetupFault.CLOCK_WRONG: _(
        "It differs from the database’s by %(seconds)s seconds, so receivers distrust our emails. "
        "Let NTP set both clocks."
    ),
    SetupFault.DNS_SILENT: _("DNS doesn’t answer about %(name)s. This stops nothing."),
    SetupFault.RELAY_SILENT: _("%(host)s doesn’t answer. This stops nothing."),
    SetupFault.NOT_KNOWN_YET: _("SPF or DKIM isn’t known yet. This stops nothing."),
}
LOOP_SHAPES: Names[LoopShape] = {
    LoopShape.CAMPAIGN: _("A message as campaigns have it"),
    LoopShape.TRANSACTIONAL: _("A message as confirmations have it"),
}
LOOP_FAULTS: Names[LoopFault] = {
    LoopFault.PICTURE_ADDED: _("%(relay)s added a picture that tells who opens it: %(detail)s"),
    LoopFault.LINK_REWRITTEN: _("%(relay)s rewrote a link, to count who clicks: %(detail)s"),
    LoopFault.HEADER_MISSING: _("%(relay)s removed a header: %(detail)s"),
    LoopFault.HEADER_CHANGED: _("%(relay)s changed a header: %(detail)s"),
    LoopFault.TEXT_ADDED: _("%(relay)s added words: %(detail)s"),
    LoopFault.TEXT_MISSING: _("%(relay)s removed words: %(detail)s"),
    LoopFault.PART_MISSING: _("%(relay)s removed a part of the message: %(detail)s"),
    LoopFault.PART_ADDED: _("%(relay)s added a part to the message: %(detail)s"),
    LoopFault.UNSIGNED: _("The message has no DKIM signature."),
    LoopFault.SIGNATURE_BROKEN: _(
        "The message was changed after it was signed: the signature of %(detail)s no longer "
        "verifies."
    ),
    LoopFault.SIGNED_BY_OTHERS: _(
        "The message is signed for another domain only, not for yours: %(detail)s"
    ),
    LoopFault.HEADER_UNSIGNED: _(
        "The signature doesn’t cover %(detail)s: mailboxes show no button to unsubscribe."
    ),
    LoopFault.AUTHENTICATION_FAILED: _("The receiving server says: %(detail)s"),
    LoopFault.CLOCK_WRONG: _("The clocks on the way differ from ours by %(detail)s seconds."),
}
RELAY_PROVIDERS: Names[RelayProvider] = {
    RelayProvider.BREVO: _("Brevo"),
    RelayProvider.MAILJET: _("Mailjet"),
    RelayProvider.SES: _("Amazon SES"),
    RelayProvider.SCALEWAY: _("Scaleway"),
    RelayProvider.INFOMANIAK: _("Infomaniak"),
    RelayProvider.OVH: _("OVHcloud"),
    RelayProvider.GANDI: _("Gandi"),
}
TRACKING_SWITCHES: Meanings[RelayProvider] = {
    RelayProvider.BREVO: _(
        "Brevo adds a tracking picture and rewrites the links, and no header switches that off. "
        "Ask its support to switch tracking off for your transactional emails; if it can’t, choose "
        "another service. Its “anonymous tracking” is not enough: picture and links stay."
    ),
    RelayProvider.MAILJET: _(
        "We ask Mailjet in each email not to track. If it does so all the same, switch it off in "
        "its settings, on the page about email tracking."
    ),
    RelayProvider.SES: _(
        "Amazon SES tracks where its configuration set publishes opens or clicks. Make a set "
        "without them, name it in SUPPORTERS_SES_CONFIGURATION_SET, and switch “engagement "
        "metrics” off in the Virtual Deliverability Manager."
    ),
    RelayProvider.SCALEWAY: _("Scaleway has no tracking of its own: ask their support."),
    RelayProvider.INFOMANIAK: _("Infomaniak has no tracking of its own: ask their support."),
    RelayProvider.OVH: _("OVHcloud has no tracking of its own: ask their support."),
    RelayProvider.GANDI: _("Gandi has no tracking of its own: ask their support."),
}
