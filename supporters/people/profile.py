"""The profile of a person: what they say of themselves beside their address (ADR 043).

A new field is declared here. The signup request, the confirmation, "My data", its CSV file, exports
and evidence packs take the fields from here, so that none of them can miss one.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The columns that a person fills in; subscriber and signup_request have each of them.

    Files have the fields as columns in this order: a new one goes to the end, with None as default.
    """

    given_name: str | None = None
    language: str
    postcode: str | None = None


PROFILE_FIELDS = tuple(field.name for field in fields(Profile))


def profile_of(row: object) -> Profile:
    """Return the profile in a row of subscriber or signup_request, or in a query of its columns."""
    return Profile(**{name: getattr(row, name) for name in PROFILE_FIELDS})


def list_cells(profile: Profile) -> list[str]:
    """Return the values as cells of a file, in the order of PROFILE_FIELDS."""
    return [value or "" for value in vars(profile).values()]
