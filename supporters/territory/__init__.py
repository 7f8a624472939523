"""French postcodes, their communes and their départements, from an open table in this folder."""
