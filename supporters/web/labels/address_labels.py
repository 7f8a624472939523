"""The words of the faults of a typed address: what is wrong, and what to do."""

from flask_babel import lazy_gettext as _

from supporters.people.typed_addresses import AddressFault
from supporters.web.labels.word_tables import Names

ADDRESS_FAULTS: Names[AddressFault] = {
    AddressFault.TELEPHONE: _(
        "This is a telephone number. Enter an email address, like name@example.org."
    ),
    AddressFault.NO_AT: _("The address has no @. Enter it like this: name@example.org."),
    AddressFault.SEVERAL_AT: _("The address has more than one @. Delete the extra one."),
    AddressFault.SEVERAL: _("These are several addresses. Enter one of them."),
    AddressFault.SPACE: _("There is a space inside the address. Delete it."),
    AddressFault.NOTHING_BEFORE: _("The name before the @ is missing. Enter the whole address."),
    AddressFault.NOTHING_AFTER: _(
        "The part after the @ is missing. Enter the whole address, like name@example.org."
    ),
    AddressFault.COMMA: _("There is a comma after the @. Write a dot instead."),
    AddressFault.NO_DOT: _(
        "The part after the @ has no dot. It ends in .fr, .com or the like: name@example.org."
    ),
    AddressFault.DOTS: _("A dot is in a place where an address has none. Look at the dots."),
    AddressFault.TOO_LONG: _("The address is too long. Was something else pasted with it?"),
    AddressFault.ACCENT: _(
        "The name before the @ has a letter with an accent. Enter it without: e for é, u for ü."
    ),
    AddressFault.BEYOND_ASCII: _(
        "The name before the @ has a letter of another script. Many mail servers refuse such an "
        "address. Enter another address of yours."
    ),
    AddressFault.CHARACTER: _(
        "The name before the @ has a character that an address can’t have. Check each of them."
    ),
    AddressFault.DOMAIN: _(
        "The part after the @ can’t receive emails. Enter it like this: name@example.org."
    ),
}
