"""The settings that are addresses of sites: this one, its source, and the party's other ones."""

from supporters.variables import VariableReader, normalise_base_url


def read_base_url(reader: VariableReader) -> str:
    """Return the address of this site, as browsers write it."""
    value = reader.text("BASE_URL", "http://127.0.0.1:5000")
    base_url = normalise_base_url(value)
    if base_url is None:
        reader.fault("BASE_URL", f"is {value!r}. Give it as https://host, without a path.")
        return "http://127.0.0.1:5000"
    return base_url


def read_source_url(reader: VariableReader) -> str:
    """Return the address of the source code that runs here (AGPL section 13)."""
    value = reader.text("SOURCE_URL")
    if value and not value.startswith(("https://", "http://")):
        reader.fault("SOURCE_URL", f"is {value!r}. Give the address of a page: https://…")
        return ""
    return value


def read_form_origins(reader: VariableReader, *, is_development: bool) -> tuple[str, ...]:
    """Return the party's own sites, which may show the sign-up form or send to it."""
    origins = []
    for given in reader.text("FORM_ORIGINS").replace(",", " ").split():
        origin = normalise_base_url(given)
        if origin is None:
            reader.fault(
                "FORM_ORIGINS",
                f"contains {given!r}. Give the addresses of sites without a path, separated by "
                "commas: https://www.party.example, https://campaign.example",
            )
        elif origin.startswith("http:") and not is_development:
            reader.fault(
                "FORM_ORIGINS",
                f"contains {given!r}. Anybody on the way could change a form of this site, and "
                "read what people type. Give its https:// address.",
            )
        else:
            origins.append(origin)
    return tuple(origins)
