"""The machines that use the database: which they are, what they run, and which keys they have."""
