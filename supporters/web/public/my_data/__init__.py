"""My data: people see and change their own data, after they opened a link from an email."""

from supporters.web.public.my_data import (
    my_data_access_pages,
    my_data_answer_pages,
    my_data_change_pages,
    my_data_choice_pages,
    my_data_overview_pages,
)

__all__ = [
    "my_data_access_pages",
    "my_data_answer_pages",
    "my_data_change_pages",
    "my_data_choice_pages",
    "my_data_overview_pages",
]
