"""Commands of a new release about its upgrade."""
