"""The questions of a list: optional fields of its sign-up form, and the answers of people."""
