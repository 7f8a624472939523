"""My data: people see and change their own data, after they opened a link from an email."""
