"""The commands of evidence on a person."""
