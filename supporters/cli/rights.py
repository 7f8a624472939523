"""`flask rights`: what people may ask of us."""

from supporters.cli.cases import cases, record
from supporters.cli.speaking import Group

group = Group("rights", help="What people may ask of us.")
for command in (cases, record):
    group.add_command(command)
