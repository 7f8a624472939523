"""Texts to begin with: ready templates, the team's own, and pieces to insert."""
