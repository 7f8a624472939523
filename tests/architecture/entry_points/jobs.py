"""All jobs of the queue, with the state that each job needs."""

from tests.architecture.entry_points.campaign_entries import CAMPAIGN_JOBS
from tests.architecture.entry_points.rows import NOBODY, Rule, Way
from tests.architecture.scenario import Scenario

JOBS: dict[str, Way] = {
    "answer_password_reset": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.email_id()]
    ),
    "answer_password_resets": NOBODY,
    "answer_my_data_request": Way(
        rule=Rule.NOBODY, arguments=lambda scenario: [scenario.email_id()]
    ),
    "answer_my_data_requests": NOBODY,
    "watch_sign_ins": NOBODY,
    "watch_signups": NOBODY,
    **CAMPAIGN_JOBS,
    "finish_erasures": NOBODY,
    "clear_disk": NOBODY,
    "welcome_people": NOBODY,
    "forget": NOBODY,
    "keep_counts": NOBODY,
    "check_delivery_setup": NOBODY,
    "keep_retention": NOBODY,
    "mail_log_head": Way(rule=Rule.NOBODY, arguments=Scenario.with_sealed_log),
    "remind_of_cases": Way(rule=Rule.NOBODY, arguments=Scenario.with_pressing_case),
    "ask_links": NOBODY,
    "check_dkim": NOBODY,
    "work_on_breaches": NOBODY,
    "work_on_import": Way(
        rule=Rule.REQUESTS, arguments=lambda scenario: [scenario.import_in("making")]
    ),
    "take_up_imports": Way(
        rule=Rule.REQUESTS, arguments=lambda scenario: scenario.with_import_in("making")
    ),
    "ask_invited": Way(
        rule=Rule.REQUESTS, arguments=lambda scenario: scenario.with_import_in("asking")
    ),
    "ask_again": Way(rule=Rule.REQUESTS, arguments=Scenario.with_people_to_ask),
}
