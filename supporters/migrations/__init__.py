"""The schema: its numbered migrations, and whether the database has it."""
