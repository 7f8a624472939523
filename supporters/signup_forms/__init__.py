"""Sign-up forms made in the console: words, picture, lists and questions of the team's choice."""
