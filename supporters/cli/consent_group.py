"""`flask consent`: what people agreed to, and the log that proves it."""

from supporters.cli.speaking import Group

group = Group("consent", help="What people agreed to, and the log that proves it.")
