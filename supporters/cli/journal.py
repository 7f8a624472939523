"""`flask rights journal`: the file that says after a restore what was taken back."""

from supporters import clock
from supporters.cli.speaking import Group, as_json, print_figures, print_json, refuse
from supporters.consent.journal import journal_path
from supporters.rights.journal_rebuild import rebuild_journal

journal = Group("journal", help="The journal of rights of this machine.")


@journal.command("rebuild")
@as_json
def rebuild(is_json: bool) -> None:
    """Add the lines that the journal lacks, from the database, and close its gaps.

    For when its disk was full, or its file was lost. It can be run again, and while everything
    runs. With several machines it writes the lines of all of them; that does no harm.
    """
    try:
        added = rebuild_journal(clock.now())
    except OSError as error:
        refuse(f"{journal_path()} can't be written ({error.strerror}). The gaps stay.")
    if is_json:
        print_json({"added": added})
    else:
        print_figures({"added": added})
