"""Takes the people of a list out of the program: for a reason, on the record, told at once."""
