"""Who may work in the console: accounts and their roles."""
