"""The triggers that keep counts (ADR 052), for migrations that rebuild a table of theirs.

SQLite rebuilds a table to change a constraint, and drops its triggers with it:

    drop_count_triggers()
    with op.batch_alter_table("consent_event") as batch: ...
    create_count_triggers()

As a migration, this module is never changed: another set of triggers has a module of its own.
"""

from alembic import op
from sqlalchemy import text

# SQLite has one writer at a time, so its triggers add to one row. On PostgreSQL a common row would
# make signups wait for each other: each statement adds a row of its own, with the next number.
SQLITE = """
CREATE TRIGGER count_new_subscription AFTER INSERT ON subscription BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, 1 FROM consent_event
    WHERE id = NEW.consent_event_id
    ON CONFLICT DO UPDATE SET people = people + 1;
  INSERT INTO people_count SELECT 'on_a_list', 0, 1 WHERE NOT EXISTS (
      SELECT 1 FROM subscription WHERE subscriber_id = NEW.subscriber_id
      AND mailing_list_id <> NEW.mailing_list_id)
    ON CONFLICT DO UPDATE SET people = people + 1;
  INSERT INTO former_count SELECT NEW.mailing_list_id, 0, -1 WHERE EXISTS (
      SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
      WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
      AND p.mailing_list_id = NEW.mailing_list_id)
    ON CONFLICT DO UPDATE SET people = people - 1;
END;
CREATE TRIGGER count_old_subscription AFTER DELETE ON subscription BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, -1 FROM consent_event
    WHERE id = OLD.consent_event_id
    ON CONFLICT DO UPDATE SET people = people - 1;
  INSERT INTO people_count SELECT 'on_a_list', 0, -1 WHERE NOT EXISTS (
      SELECT 1 FROM subscription WHERE subscriber_id = OLD.subscriber_id)
    ON CONFLICT DO UPDATE SET people = people - 1;
  INSERT INTO former_count SELECT OLD.mailing_list_id, 0, 1 WHERE EXISTS (
      SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
      WHERE e.subscriber_id = OLD.subscriber_id AND e.kind IN ('withdrawn', 'objected')
      AND p.mailing_list_id = OLD.mailing_list_id)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_new_agreement AFTER INSERT ON agreement BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, 1 FROM consent_event
    WHERE id = NEW.consent_event_id
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_old_agreement AFTER DELETE ON agreement BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, -1 FROM consent_event
    WHERE id = OLD.consent_event_id
    ON CONFLICT DO UPDATE SET people = people - 1;
END;
CREATE TRIGGER count_renewed_subscription AFTER UPDATE OF consent_event_id ON subscription BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, -1 FROM consent_event
    WHERE id = OLD.consent_event_id
    ON CONFLICT DO UPDATE SET people = people - 1;
  INSERT INTO consent_count SELECT wording_id, 0, 1 FROM consent_event
    WHERE id = NEW.consent_event_id
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_renewed_agreement AFTER UPDATE OF consent_event_id ON agreement BEGIN
  INSERT INTO consent_count SELECT wording_id, 0, -1 FROM consent_event
    WHERE id = OLD.consent_event_id
    ON CONFLICT DO UPDATE SET people = people - 1;
  INSERT INTO consent_count SELECT wording_id, 0, 1 FROM consent_event
    WHERE id = NEW.consent_event_id
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_new_consent_event AFTER INSERT ON consent_event
WHEN NEW.kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
  AND NEW.purpose_id IS NOT NULL BEGIN
  INSERT INTO event_count VALUES (
      date(NEW.occurred_at), NEW.purpose_id, NEW.kind, coalesce(NEW.page_snapshot_id, 0), 0, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER count_old_consent_event AFTER DELETE ON consent_event
WHEN OLD.kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
  AND OLD.purpose_id IS NOT NULL BEGIN
  INSERT INTO event_count VALUES (
      date(OLD.occurred_at), OLD.purpose_id, OLD.kind, coalesce(OLD.page_snapshot_id, 0), 0, -1)
    ON CONFLICT DO UPDATE SET events = events - 1;
END;
CREATE TRIGGER count_new_withdrawal AFTER INSERT ON consent_event
WHEN NEW.kind IN ('withdrawn', 'objected') AND NEW.purpose_id IS NOT NULL BEGIN
  INSERT INTO former_count SELECT l.mailing_list_id, 0, 1 FROM list_purpose l
    WHERE l.purpose_id = NEW.purpose_id AND NOT EXISTS (
      SELECT 1 FROM subscription WHERE subscriber_id = NEW.subscriber_id
      AND mailing_list_id = l.mailing_list_id)
    AND NOT EXISTS (
      SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
      WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
      AND p.mailing_list_id = l.mailing_list_id AND e.id <> NEW.id)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_old_withdrawal AFTER DELETE ON consent_event
WHEN OLD.kind IN ('withdrawn', 'objected') AND OLD.purpose_id IS NOT NULL BEGIN
  INSERT INTO former_count SELECT l.mailing_list_id, 0, -1 FROM list_purpose l
    WHERE l.purpose_id = OLD.purpose_id AND NOT EXISTS (
      SELECT 1 FROM subscription WHERE subscriber_id = OLD.subscriber_id
      AND mailing_list_id = l.mailing_list_id)
    AND NOT EXISTS (
      SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
      WHERE e.subscriber_id = OLD.subscriber_id AND e.kind IN ('withdrawn', 'objected')
      AND p.mailing_list_id = l.mailing_list_id AND e.id <> OLD.id)
    ON CONFLICT DO UPDATE SET people = people - 1;
END;
CREATE TRIGGER count_new_subscriber AFTER INSERT ON subscriber BEGIN
  INSERT INTO people_count VALUES ('known', 0, 1)
    ON CONFLICT DO UPDATE SET people = people + 1;
END;
CREATE TRIGGER count_old_subscriber AFTER DELETE ON subscriber BEGIN
  INSERT INTO people_count VALUES ('known', 0, -1)
    ON CONFLICT DO UPDATE SET people = people - 1;
END;
"""

# Most statements change one row: a person confirms, or unsubscribes. Then a function looks the few
# rows up by their keys, and groups nothing. It groups only for a statement that changes many rows.
# An empty table makes the planner read it whole, and a connection keeps this plan while the table
# grows: the functions may therefore use no such plan.
BY_KEYS = " SET enable_seqscan = off"
FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql{setting} AS $$
{declarations}BEGIN
  {body}
  RETURN NULL;
END $$;
"""
# The scalar subqueries have one plan: look each row up. A connection caches a plan, and one
# that was made for a million rows would read a whole table for each person afterwards.
CONSENTS = """INSERT INTO consent_count
  SELECT wording_id, nextval('count_change'), {sign} count(*)
  FROM (SELECT (SELECT e.wording_id FROM consent_event e WHERE e.id = r.consent_event_id)
        AS wording_id FROM changed r) s
  GROUP BY wording_id;"""
ON_A_LIST = """INSERT INTO people_count
  SELECT 'on_a_list', nextval('count_change'), {sign} count(*)
  FROM (SELECT subscriber_id, count(*) AS lists FROM changed GROUP BY subscriber_id) p
  WHERE (SELECT count(*) FROM subscription s WHERE s.subscriber_id = p.subscriber_id) = {lists}
  HAVING count(*) > 0;"""
# A former subscriber of a list has a withdrawal for one of its purposes, and no subscription. So
# each of both changes can make one, or end one; their order in a transaction doesn't matter.
BACK = """INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'), {back} count(*) FROM changed c
  WHERE (SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
         WHERE e.subscriber_id = c.subscriber_id AND e.kind IN ('withdrawn', 'objected')
         AND p.mailing_list_id = c.mailing_list_id LIMIT 1) IS NOT NULL
  GROUP BY mailing_list_id;"""
FORMER = """INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'), {sign} count(*)
  FROM (SELECT c.subscriber_id, l.mailing_list_id, count(*) AS withdrawals
        FROM changed c JOIN list_purpose l ON l.purpose_id = c.purpose_id
        WHERE c.kind IN ('withdrawn', 'objected')
        GROUP BY c.subscriber_id, l.mailing_list_id) w
  WHERE (SELECT 1 FROM subscription s WHERE s.subscriber_id = w.subscriber_id
         AND s.mailing_list_id = w.mailing_list_id) IS NULL
  AND (SELECT count(*) FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
       WHERE e.subscriber_id = w.subscriber_id AND e.kind IN ('withdrawn', 'objected')
       AND p.mailing_list_id = w.mailing_list_id) = {withdrawals}
  GROUP BY mailing_list_id;"""
RENEWED = """INSERT INTO consent_count
  SELECT e.wording_id, nextval('count_change'), -1 FROM consent_event e
  WHERE e.id = OLD.consent_event_id;
  INSERT INTO consent_count
  SELECT e.wording_id, nextval('count_change'), 1 FROM consent_event e
  WHERE e.id = NEW.consent_event_id;"""
EVENTS = """INSERT INTO event_count
  SELECT day, purpose_id, kind, page_snapshot_id, nextval('count_change'), {sign} count(*)
  FROM (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, purpose_id, kind,
        coalesce(page_snapshot_id, 0) AS page_snapshot_id FROM changed
        WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
        AND purpose_id IS NOT NULL) s
  GROUP BY day, purpose_id, kind, page_snapshot_id;"""
PEOPLE = """INSERT INTO people_count
  SELECT 'known', nextval('count_change'), {sign} count(*) FROM changed HAVING count(*) > 0;"""
SUBSCRIPTIONS = f"{CONSENTS}\n  {ON_A_LIST}\n  {BACK}"
HAS_WITHDRAWN = """EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = {list} AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') {others})"""
ONE_SUBSCRIPTION = """SELECT count(*) INTO rows FROM changed;
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
ONE_EVENT = """SELECT count(*) INTO rows FROM changed
  WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
  IF rows = 1 THEN
    SELECT id, subscriber_id, purpose_id, kind, occurred_at, page_snapshot_id INTO one FROM changed
    WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
    INSERT INTO event_count VALUES (
      (one.occurred_at AT TIME ZONE 'UTC')::date, one.purpose_id, one.kind,
      coalesce(one.page_snapshot_id, 0), nextval('count_change'), {sign} 1);
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
DECLARATIONS = """DECLARE
  rows bigint;
  one record;
"""
ADDED = {"sign": "", "back": "-", "lists": "p.lists", "withdrawals": "w.withdrawals"}
REMOVED = {"sign": "-", "back": "", "lists": "0", "withdrawals": "0"}
BODIES = {
    "subscription": SUBSCRIPTIONS,
    "agreement": CONSENTS,
    "consent_event": f"{EVENTS}\n  {FORMER}",
    "subscriber": PEOPLE,
}
OF_ONE_ROW = {
    "subscription": (ONE_SUBSCRIPTION, {"list": "one.mailing_list_id", "others": ""}),
    "consent_event": (ONE_EVENT, {"list": "l.mailing_list_id", "others": "AND e.id <> one.id"}),
}
SCANS = ("subscriber",)  # a table whose function looks no row up


def create_count_triggers() -> None:
    """Create them, on SQLite or PostgreSQL. They count nothing that is there already."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.split("END;\n"):
            if statement.strip():
                op.execute(text(f"{statement}END;"))
        return
    for table in BODIES:
        for rows, event, signs in (("NEW", "INSERT", ADDED), ("OLD", "DELETE", REMOVED)):
            name = f"count_{rows.lower()}_{table}"
            op.execute(_function(name, table, signs))
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    renewed = {"name": "count_renewed", "setting": BY_KEYS, "declarations": "", "body": RENEWED}
    op.execute(FUNCTION.format(**renewed))
    for table in ("subscription", "agreement"):
        op.execute(
            f"CREATE TRIGGER count_renewed_{table} AFTER UPDATE OF consent_event_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION count_renewed()"
        )


def _function(name: str, table: str, signs: dict[str, str]) -> str:
    """Return the statement that creates the function of a table and a change."""
    body, declarations = BODIES[table].format(**signs), ""
    if table in OF_ONE_ROW:
        of_one, words = OF_ONE_ROW[table]
        has_withdrawn = HAS_WITHDRAWN.format(**words)
        body = of_one.format(**signs, has_withdrawn=has_withdrawn, many=body)
        declarations = DECLARATIONS
    setting = "" if table in SCANS else BY_KEYS
    return FUNCTION.format(name=name, setting=setting, declarations=declarations, body=body)


def drop_count_triggers() -> None:
    """Drop them. The counts stay as they are."""
    names = [(f"count_{age}_{table}", table) for age in ("new", "old") for table in BODIES]
    renewed = [(f"count_renewed_{table}", table) for table in ("subscription", "agreement")]
    if op.get_bind().dialect.name == "sqlite":
        withdrawals = [(f"count_{age}_withdrawal", "consent_event") for age in ("new", "old")]
        for name, _ in (*names, *renewed, *withdrawals):
            op.execute(f"DROP TRIGGER {name}")
        return
    for name, table in (*names, *renewed):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in (*(name for name, _ in names), "count_renewed"):
        op.execute(f"DROP FUNCTION {name}()")
