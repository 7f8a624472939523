"""What we hold on a person, table by table: how it is told to them, and how it is erased."""
