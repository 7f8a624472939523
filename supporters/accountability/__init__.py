"""Records, assessments, checks and an email's origin, as the controller shows them to others."""
