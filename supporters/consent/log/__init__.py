"""The consent log: commitments in a Merkle tree that nobody can edit quietly (ADR 016)."""
