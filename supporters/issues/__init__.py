"""The public archive: sent campaigns that the team put on the site, for everybody to read."""
