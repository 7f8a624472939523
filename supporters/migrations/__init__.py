"""The numbered migrations, and the check that the database has the schema of the program."""
