"""Cheaper functions of the triggers that keep counts on PostgreSQL (ADR 052), for migrations.

Most statements change one row: a person confirms, or unsubscribes. Then a function looks the few
rows up by their keys, and groups nothing. It groups only for a statement that changes many rows.

An empty table makes the planner read it whole, and a connection keeps this plan while the table
grows: the functions may therefore use no such plan. SQLite keeps its triggers.

As a migration, this module is never changed: another set of functions has a module of its own.
"""

from alembic import op

from supporters.migrations.count_triggers import ADDED, BODIES, FUNCTION, REMOVED, SUBSCRIPTIONS

BY_KEYS = "ALTER FUNCTION {name}() SET enable_seqscan = off"
AS_EVER = "ALTER FUNCTION {name}() RESET enable_seqscan"
REPLACE = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  rows bigint;
  one record;
BEGIN
  {body}
  RETURN NULL;
END $$;
"""
HAS_WITHDRAWN = """EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = {list} AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') {others})"""
SUBSCRIPTION = """SELECT count(*) INTO rows FROM changed;
  IF rows = 1 THEN
    SELECT subscriber_id, mailing_list_id, consent_event_id INTO one FROM changed;
    INSERT INTO consent_count
    SELECT wording_id, nextval('count_change'), {sign} 1 FROM consent_event
    WHERE id = one.consent_event_id;
    IF NOT EXISTS (
      SELECT 1 FROM subscription
      WHERE subscriber_id = one.subscriber_id AND mailing_list_id <> one.mailing_list_id)
    THEN
      INSERT INTO people_count VALUES ('on_a_list', nextval('count_change'), {sign} 1);
    END IF;
    IF {has_withdrawn} THEN
      INSERT INTO former_count VALUES (one.mailing_list_id, nextval('count_change'), {back} 1);
    END IF;
  ELSIF rows > 1 THEN
    {many}
  END IF;"""
EVENT = """SELECT count(*) INTO rows FROM changed
  WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
  IF rows = 1 THEN
    SELECT id, subscriber_id, purpose_id, kind, occurred_at, page_version_id INTO one FROM changed
    WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
    INSERT INTO event_count VALUES (
      (one.occurred_at AT TIME ZONE 'UTC')::date, one.purpose_id, one.kind,
      coalesce(one.page_version_id, 0), nextval('count_change'), {sign} 1);
    IF one.kind IN ('withdrawn', 'objected') THEN
      INSERT INTO former_count
      SELECT l.mailing_list_id, nextval('count_change'), {sign} 1 FROM list_purpose l
      WHERE l.purpose_id = one.purpose_id AND NOT EXISTS (
        SELECT 1 FROM subscription s
        WHERE s.subscriber_id = one.subscriber_id AND s.mailing_list_id = l.mailing_list_id)
      AND NOT {has_withdrawn};
    END IF;
  ELSIF rows > 1 THEN
    {many}
  END IF;"""
CHEAPER = {
    "subscription": (SUBSCRIPTION, SUBSCRIPTIONS, {"list": "one.mailing_list_id", "others": ""}),
    "consent_event": (
        EVENT,
        BODIES["consent_event"],
        {"list": "l.mailing_list_id", "others": "AND e.id <> one.id"},
    ),
}
UNCHANGED = ("count_new_agreement", "count_old_agreement", "count_renewed")


def make_count_triggers_cheaper() -> None:
    """Replace the functions on PostgreSQL. The triggers stay as they are, and so do the counts."""
    for name, table, signs in _functions():
        for_one, for_many, words = CHEAPER[table]
        cheaper = for_one.format(
            **signs, has_withdrawn=HAS_WITHDRAWN.format(**words), many=for_many.format(**signs)
        )
        op.execute(REPLACE.format(name=name, body=cheaper))
    for name in _names():
        op.execute(BY_KEYS.format(name=name))


def make_count_triggers_as_before() -> None:
    """Put the functions of `count_triggers` back."""
    for name in _names():
        op.execute(AS_EVER.format(name=name))
    for name, table, signs in _functions():
        function = FUNCTION.format(name=name, body=BODIES[table].format(**signs))
        op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def _functions() -> list[tuple[str, str, dict[str, str]]]:
    """Return the name, the table and the signs of each function that is replaced."""
    ages = (("new", ADDED), ("old", REMOVED))
    return [(f"count_{age}_{table}", table, signs) for table in CHEAPER for age, signs in ages]


def _names() -> list[str]:
    return [*(name for name, _, _ in _functions()), *UNCHANGED]
