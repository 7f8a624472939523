"""The commands and the doctor's line about DKIM keys."""
