"""The forms of the console, a module for each section."""
