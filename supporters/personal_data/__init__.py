"""The data that we hold on people: registry, access, export, restriction, erasure."""
