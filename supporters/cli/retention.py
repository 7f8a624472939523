"""`flask retention`: forgets what is past its time, now instead of at the next round."""

from supporters import clock
from supporters.cli.speaking import Figure, Group, as_json, print_figures, print_json
from supporters.mail.purging import purge_old_letters
from supporters.signup.purging import purge_expired_requests

group = Group("retention", help="Forgetting what is past its time.")


@group.command("run")
@as_json
def run(is_json: bool) -> None:
    """Delete signups of more than 72 hours, and settled letters of more than 31 days."""
    now = clock.now()
    deleted: dict[str, Figure] = {
        "signups": purge_expired_requests(now),
        "letters": purge_old_letters(now),
    }
    if is_json:
        print_json(deleted)
    else:
        print_figures(deleted)
