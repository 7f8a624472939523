"""The commands about machines and their keys."""
