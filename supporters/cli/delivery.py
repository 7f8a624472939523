"""`flask delivery`: what is being sent, over all campaigns, and the letters that wait."""

from supporters.cli.campaigns import figures_of
from supporters.cli.speaking import Group, as_json, print_figures, print_json
from supporters.delivery.progress import get_total_progress
from supporters.mail.models import LetterStatus
from supporters.mail.queries import count_letters_by_status

group = Group("delivery", help="What is being sent.")


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show what became of the mails of all campaigns, and the letters of the outbox."""
    figures = figures_of(get_total_progress())
    counts = count_letters_by_status()
    letters = {each.value: counts.get(each, 0) for each in LetterStatus}
    if is_json:
        print_json({**figures, "letters": letters})
    else:
        print_figures({**figures, **{f"letters {name}": count for name, count in letters.items()}})
