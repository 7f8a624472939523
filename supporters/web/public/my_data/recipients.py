"""The recipients and the retention times that My data shows."""

from flask_babel import get_locale, gettext

from supporters.countries import name_of_country
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.retention.labels import time_of, with_name_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import Category


def list_recipients() -> list[str]:
    """Return the recipients of the data (GDPR article 15(1)(c))."""
    return [
        str(gettext("The team of the party that writes these messages.")),
        str(gettext("The mail service that delivers them on its behalf.")),
        *_outside_the_union(),
    ]


def _outside_the_union() -> list[str]:
    """Return the country of the mail service if it is outside the Union (article 15(2))."""
    settings = current_settings()
    if not settings.leaves_the_union:
        return []
    place = name_of_country(settings.mail_country, str(get_locale() or DEFAULT_LANGUAGE))
    words = gettext(
        "It is in %(country)s, outside the European Union. The legal ground: %(ground)s",
        country=place,
        ground=settings.transfer_ground,
    )
    return [str(words)]


def list_retention_times() -> list[str]:
    """Return the current retention times (GDPR article 15(1)(d))."""
    kept = [rule for rule in list_rules() if Category(rule.category) is not Category.ACCOUNTS]
    return [
        *(f"{with_name_of(Category(rule.category), time_of(rule.days))}." for rule in kept),
        str(
            gettext(
                "After an erasure: a fingerprint of your address, so that we do not write to you "
                "again, and sealed numbers in the log that nobody can read any more."
            )
        ),
    ]
