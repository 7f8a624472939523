"""The settings from the environment: what each is called, may be, and means."""
