"""The forms of the console, a module for each section; the views import them from here."""
