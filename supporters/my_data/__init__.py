"""Acts of people by their own links: leaving, pausing, changing, objecting, undoing."""
