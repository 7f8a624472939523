"""The languages of this program: the public ones, and those of the team's console among them."""

LANGUAGES = {
    "fr": "Français",
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
}
TEAM_LANGUAGES = {code: LANGUAGES[code] for code in ("fr", "en")}
DEFAULT_LANGUAGE = "fr"
