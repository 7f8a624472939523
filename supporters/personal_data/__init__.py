"""The data held on people: its registry, access, export, restriction, erasure."""
