"""What stands in the address of a page that is only read, so that it has something to show.

What isn't a part of the path is asked behind it.
Any other page shows what the scene has by itself, or is named in `NOTHING_TO_SHOW`.
"""

from tests.architecture.scenes import Scene
from tests.architecture.ways.rows import Values

NOTHING_TO_SHOW = {
    "dev.mail": "the mail server of these tests keeps no mail for it",
    "dev.mail_html": "as the mail that it is of",
    "dev.mail_source": "as the mail that it is of",
}


def _of_disclosure(scene: Scene) -> dict[str, object]:
    return {"disclosure_id": scene.disclosure_id()}


def _of_import(scene: Scene) -> dict[str, object]:
    return {"import_id": scene.import_in("waiting")}


READ: dict[str, Values] = {
    "static": lambda _: {"filename": "css/base.css"},
    "public.confirm": lambda scene: {"token": scene.confirm_token()},
    "public.not_me": lambda scene: {"token": scene.not_me_token()},
    "public.leave_page": lambda scene: {"token": scene.leave_token()},
    "public.subscriptions": lambda scene: {"token": scene.manage_token()},
    "public.invited": lambda scene: {"token": scene.invited_token("yes_url")},
    "public.no_more": lambda scene: {"token": scene.invited_token("no_more_url")},
    "public.renew": lambda scene: {"token": scene.renew_token()},
    "public.receipt": lambda scene: {"token": scene.receipt_token()},
    "public.receipt_file": lambda scene: {"token": scene.receipt_token()},
    "public.why": lambda scene: {"token": scene.why_token()},
    "public.why_page": lambda scene: {"token": scene.why_token()},
    "public.open_my_data_page": lambda scene: {"token": scene.my_data_token()},
    "public.new_address": lambda scene: {"token": scene.new_address_token()},
    "public.not_my_address": lambda scene: {"token": scene.refusal_token()},
    "public.undo": lambda scene: {"token": scene.undo_token()},
    **{
        f"public.my_data_{name}": lambda scene: scene.in_my_data()
        for name in (
            *("overview", "everything", "file", "subscriptions", "person", "address"),
            *("join", "freeze", "object", "erase"),
        )
    },
    "console.welcome": lambda scene: {"token": scene.welcome_token()},
    "security.reset_password": lambda scene: {"token": scene.reset_token()},
    "public.consistency_proof": lambda _: {"first": 1, "second": 2},
    "public.inclusion_proof": lambda scene: {"leaf": scene.leaf()},
    "public.never_check": lambda _scene: {"promise": "unasked"},
    "console.progress": lambda scene: {"campaign_id": scene.running_id},
    "console.show_case": lambda scene: {"case_id": scene.case_id()},
    **{
        f"console.{name}": _of_import
        for name in (
            *("show_import", "import_progress", "import_report", "import_evidence"),
            *("approve_import", "cancel_import"),
        )
    },
    "console.lift_hold": lambda scene: scene.in_hold(),
    "console.resume_restored": lambda scene: {"campaign_id": scene.restored_id()},
    "console.import_columns": lambda scene: {"import_id": scene.import_in("draft")},
    "console.import_provenance": lambda scene: {"import_id": scene.import_in("draft")},
    **{
        f"console.{name}": _of_disclosure
        for name in ("evidence_pack", "evidence_html", "evidence_json", "evidence_page")
    },
}
