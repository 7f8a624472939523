"""Countries by their two letters (ISO 3166-1), and those in which the GDPR holds."""

from babel import Locale

UNION = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        *("IS", "LI", "NO"),  # the rest of the European Economic Area
    }
)


def is_country(code: str) -> bool:
    """Tell whether a text is the two letters of a country."""
    return len(code) == 2 and code.isalpha() and code in Locale("en").territories


def name_of_country(code: str, language: str) -> str:
    """Return the name of a country in a language."""
    return str(Locale.parse(language).territories.get(code, code))
