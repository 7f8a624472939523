CREATE FUNCTION public.count_new_agreement() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  INSERT INTO consent_count
  SELECT wording_id, nextval('count_change'),  count(*)
  FROM (SELECT (SELECT e.wording_id FROM consent_event e WHERE e.id = r.consent_event_id)
        AS wording_id FROM changed r) s
  GROUP BY wording_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_new_consent_event() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  rows bigint;
  one record;
BEGIN
  SELECT count(*) INTO rows FROM changed
  WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
  IF rows = 1 THEN
    SELECT id, subscriber_id, purpose_id, kind, occurred_at, page_version_id INTO one FROM changed
    WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
    INSERT INTO event_count VALUES (
      (one.occurred_at AT TIME ZONE 'UTC')::date, one.purpose_id, one.kind,
      coalesce(one.page_version_id, 0), nextval('count_change'),  1);
    IF one.kind IN ('withdrawn', 'objected') THEN
      INSERT INTO former_count
      SELECT l.mailing_list_id, nextval('count_change'),  1 FROM list_purpose l
      WHERE l.purpose_id = one.purpose_id AND NOT EXISTS (
        SELECT 1 FROM subscription s
        WHERE s.subscriber_id = one.subscriber_id AND s.mailing_list_id = l.mailing_list_id)
      AND NOT EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = l.mailing_list_id AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') AND e.id <> one.id);
    END IF;
  ELSIF rows > 1 THEN
    INSERT INTO event_count
  SELECT day, purpose_id, kind, page_version_id, nextval('count_change'),  count(*)
  FROM (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, purpose_id, kind,
        coalesce(page_version_id, 0) AS page_version_id FROM changed
        WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
        AND purpose_id IS NOT NULL) s
  GROUP BY day, purpose_id, kind, page_version_id;
  INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'),  count(*)
  FROM (SELECT c.subscriber_id, l.mailing_list_id, count(*) AS withdrawals
        FROM changed c JOIN list_purpose l ON l.purpose_id = c.purpose_id
        WHERE c.kind IN ('withdrawn', 'objected')
        GROUP BY c.subscriber_id, l.mailing_list_id) w
  WHERE (SELECT 1 FROM subscription s WHERE s.subscriber_id = w.subscriber_id
         AND s.mailing_list_id = w.mailing_list_id) IS NULL
  AND (SELECT count(*) FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
       WHERE e.subscriber_id = w.subscriber_id AND e.kind IN ('withdrawn', 'objected')
       AND p.mailing_list_id = w.mailing_list_id) = w.withdrawals
  GROUP BY mailing_list_id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_new_subscriber() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO people_count
  SELECT 'known', nextval('count_change'),  count(*) FROM changed HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_new_subscription() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  rows bigint;
  one record;
BEGIN
  SELECT count(*) INTO rows FROM changed;
  IF rows = 1 THEN
    SELECT subscriber_id, mailing_list_id, consent_event_id INTO one FROM changed;
    INSERT INTO consent_count
    SELECT wording_id, nextval('count_change'),  1 FROM consent_event
    WHERE id = one.consent_event_id;
    IF NOT EXISTS (
      SELECT 1 FROM subscription
      WHERE subscriber_id = one.subscriber_id AND mailing_list_id <> one.mailing_list_id)
    THEN
      INSERT INTO people_count VALUES ('on_a_list', nextval('count_change'),  1);
    END IF;
    IF EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = one.mailing_list_id AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') ) THEN
      INSERT INTO former_count VALUES (one.mailing_list_id, nextval('count_change'), - 1);
    END IF;
  ELSIF rows > 1 THEN
    INSERT INTO consent_count
  SELECT wording_id, nextval('count_change'),  count(*)
  FROM (SELECT (SELECT e.wording_id FROM consent_event e WHERE e.id = r.consent_event_id)
        AS wording_id FROM changed r) s
  GROUP BY wording_id;
  INSERT INTO people_count
  SELECT 'on_a_list', nextval('count_change'),  count(*)
  FROM (SELECT subscriber_id, count(*) AS lists FROM changed GROUP BY subscriber_id) p
  WHERE (SELECT count(*) FROM subscription s WHERE s.subscriber_id = p.subscriber_id) = p.lists
  HAVING count(*) > 0;
  INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'), - count(*) FROM changed c
  WHERE (SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
         WHERE e.subscriber_id = c.subscriber_id AND e.kind IN ('withdrawn', 'objected')
         AND p.mailing_list_id = c.mailing_list_id LIMIT 1) IS NOT NULL
  GROUP BY mailing_list_id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_old_agreement() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  INSERT INTO consent_count
  SELECT wording_id, nextval('count_change'), - count(*)
  FROM (SELECT (SELECT e.wording_id FROM consent_event e WHERE e.id = r.consent_event_id)
        AS wording_id FROM changed r) s
  GROUP BY wording_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_old_consent_event() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  rows bigint;
  one record;
BEGIN
  SELECT count(*) INTO rows FROM changed
  WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
  IF rows = 1 THEN
    SELECT id, subscriber_id, purpose_id, kind, occurred_at, page_version_id INTO one FROM changed
    WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected') AND purpose_id IS NOT NULL;
    INSERT INTO event_count VALUES (
      (one.occurred_at AT TIME ZONE 'UTC')::date, one.purpose_id, one.kind,
      coalesce(one.page_version_id, 0), nextval('count_change'), - 1);
    IF one.kind IN ('withdrawn', 'objected') THEN
      INSERT INTO former_count
      SELECT l.mailing_list_id, nextval('count_change'), - 1 FROM list_purpose l
      WHERE l.purpose_id = one.purpose_id AND NOT EXISTS (
        SELECT 1 FROM subscription s
        WHERE s.subscriber_id = one.subscriber_id AND s.mailing_list_id = l.mailing_list_id)
      AND NOT EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = l.mailing_list_id AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') AND e.id <> one.id);
    END IF;
  ELSIF rows > 1 THEN
    INSERT INTO event_count
  SELECT day, purpose_id, kind, page_version_id, nextval('count_change'), - count(*)
  FROM (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, purpose_id, kind,
        coalesce(page_version_id, 0) AS page_version_id FROM changed
        WHERE kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
        AND purpose_id IS NOT NULL) s
  GROUP BY day, purpose_id, kind, page_version_id;
  INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'), - count(*)
  FROM (SELECT c.subscriber_id, l.mailing_list_id, count(*) AS withdrawals
        FROM changed c JOIN list_purpose l ON l.purpose_id = c.purpose_id
        WHERE c.kind IN ('withdrawn', 'objected')
        GROUP BY c.subscriber_id, l.mailing_list_id) w
  WHERE (SELECT 1 FROM subscription s WHERE s.subscriber_id = w.subscriber_id
         AND s.mailing_list_id = w.mailing_list_id) IS NULL
  AND (SELECT count(*) FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
       WHERE e.subscriber_id = w.subscriber_id AND e.kind IN ('withdrawn', 'objected')
       AND p.mailing_list_id = w.mailing_list_id) = 0
  GROUP BY mailing_list_id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_old_subscriber() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO people_count
  SELECT 'known', nextval('count_change'), - count(*) FROM changed HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_old_subscription() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  rows bigint;
  one record;
BEGIN
  SELECT count(*) INTO rows FROM changed;
  IF rows = 1 THEN
    SELECT subscriber_id, mailing_list_id, consent_event_id INTO one FROM changed;
    INSERT INTO consent_count
    SELECT wording_id, nextval('count_change'), - 1 FROM consent_event
    WHERE id = one.consent_event_id;
    IF NOT EXISTS (
      SELECT 1 FROM subscription
      WHERE subscriber_id = one.subscriber_id AND mailing_list_id <> one.mailing_list_id)
    THEN
      INSERT INTO people_count VALUES ('on_a_list', nextval('count_change'), - 1);
    END IF;
    IF EXISTS (
      SELECT 1 FROM list_purpose p JOIN consent_event e ON e.purpose_id = p.purpose_id
      WHERE p.mailing_list_id = one.mailing_list_id AND e.subscriber_id = one.subscriber_id
      AND e.kind IN ('withdrawn', 'objected') ) THEN
      INSERT INTO former_count VALUES (one.mailing_list_id, nextval('count_change'),  1);
    END IF;
  ELSIF rows > 1 THEN
    INSERT INTO consent_count
  SELECT wording_id, nextval('count_change'), - count(*)
  FROM (SELECT (SELECT e.wording_id FROM consent_event e WHERE e.id = r.consent_event_id)
        AS wording_id FROM changed r) s
  GROUP BY wording_id;
  INSERT INTO people_count
  SELECT 'on_a_list', nextval('count_change'), - count(*)
  FROM (SELECT subscriber_id, count(*) AS lists FROM changed GROUP BY subscriber_id) p
  WHERE (SELECT count(*) FROM subscription s WHERE s.subscriber_id = p.subscriber_id) = 0
  HAVING count(*) > 0;
  INSERT INTO former_count
  SELECT mailing_list_id, nextval('count_change'),  count(*) FROM changed c
  WHERE (SELECT 1 FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
         WHERE e.subscriber_id = c.subscriber_id AND e.kind IN ('withdrawn', 'objected')
         AND p.mailing_list_id = c.mailing_list_id LIMIT 1) IS NOT NULL
  GROUP BY mailing_list_id;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.count_renewed() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  INSERT INTO consent_count
  SELECT e.wording_id, nextval('count_change'), -1 FROM consent_event e
  WHERE e.id = OLD.consent_event_id;
  INSERT INTO consent_count
  SELECT e.wording_id, nextval('count_change'), 1 FROM consent_event e
  WHERE e.id = NEW.consent_event_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.keep_consent_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the texts of a consent change are frozen' USING ERRCODE = '23514';
END $$;
CREATE FUNCTION public.refuse_ended_consent() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  IF EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id))) THEN
    RAISE EXCEPTION 'the consent has ended: the person left or objected after it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION public.renew_site_edition() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE site_edition SET value = gen_random_uuid()::text;
  RETURN NULL;
END $$;
CREATE TABLE public.access_ticket (
    id bigint NOT NULL,
    token_hash bytea,
    subscriber_id bigint,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    closes_at timestamp with time zone NOT NULL,
    sealed bytea
);
CREATE TABLE public.address_change (
    id bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    address character varying(254) NOT NULL,
    address_mac bytea NOT NULL,
    letter_id bigint,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.agreement (
    subscriber_id bigint NOT NULL,
    purpose_id integer NOT NULL,
    consent_event_id bigint NOT NULL,
    consent_kind character varying(20) NOT NULL,
    CONSTRAINT ck_agreement_confirmed CHECK (((consent_kind)::text = ANY ((ARRAY['confirmed'::character varying, 'renewed'::character varying])::text[])))
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.approval_rule (
    id integer NOT NULL,
    alone_up_to integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by bigint,
    CONSTRAINT ck_approval_rule_alone_up_to CHECK ((alone_up_to >= 0)),
    CONSTRAINT ck_approval_rule_only_one CHECK ((id = 1))
);
CREATE TABLE public.asked_link (
    url_hash character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    outcome character varying(20),
    http_status integer,
    CONSTRAINT ck_asked_link_outcome CHECK (((outcome)::text = ANY ((ARRAY['answered'::character varying, 'gone'::character varying, 'troubled'::character varying, 'unknown_host'::character varying, 'unreachable'::character varying, 'insecure'::character varying, 'not_public'::character varying])::text[])))
);
CREATE TABLE public.asking (
    purpose_id integer NOT NULL,
    asked_up_to bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    text_hash character varying(64)
);
CREATE TABLE public.attempt_count (
    key_mac bytea NOT NULL,
    attempts integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone,
    forgotten_at timestamp with time zone NOT NULL
);
CREATE TABLE public.audit_event (
    id bigint NOT NULL,
    act character varying(60) NOT NULL,
    actor_kind character varying(20) NOT NULL,
    account_id bigint,
    actor_name character varying(64),
    network_mac bytea,
    object_id bigint,
    details text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_audit_event_actor_kind CHECK (((actor_kind)::text = ANY ((ARRAY['account'::character varying, 'command'::character varying, 'worker'::character varying, 'visitor'::character varying])::text[])))
);
CREATE TABLE public.authenticator_app (
    organiser_id bigint NOT NULL,
    sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    failures integer NOT NULL,
    blocked_until timestamp with time zone,
    added_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
CREATE TABLE public.breach (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    status character varying(20) NOT NULL,
    discovered_at timestamp with time zone NOT NULL,
    authority_told_at timestamp with time zone,
    recorded_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT ck_breach_closed_at_a_time CHECK ((((status)::text = 'closed'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT ck_breach_notified_at_a_time CHECK ((((status)::text <> 'notified'::text) OR (authority_told_at IS NOT NULL))),
    CONSTRAINT ck_breach_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'notified'::character varying, 'not-notifiable'::character varying, 'closed'::character varying])::text[])))
);
CREATE TABLE public.breach_entry (
    id bigint NOT NULL,
    breach_id bigint NOT NULL,
    act character varying(20) NOT NULL,
    fact character varying(20),
    text text,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_breach_entry_act CHECK (((act)::text = ANY ((ARRAY['opened'::character varying, 'stated'::character varying, 'noted'::character varying, 'notified'::character varying, 'delay-explained'::character varying, 'dismissed'::character varying, 'people-told'::character varying, 'people-not-told'::character varying, 'people-chosen'::character varying, 'people-emptied'::character varying, 'notice-written'::character varying, 'notice-approved'::character varying, 'notice-voided'::character varying, 'notice-sent'::character varying, 'alarmed'::character varying, 'overdue'::character varying, 'closed'::character varying, 'reopened'::character varying])::text[]))),
    CONSTRAINT ck_breach_entry_fact CHECK (((fact)::text = ANY ((ARRAY['what-happened'::character varying, 'discovered'::character varying, 'nature'::character varying, 'people'::character varying, 'people-count'::character varying, 'data'::character varying, 'record-count'::character varying, 'consequences'::character varying, 'measures'::character varying, 'processor'::character varying])::text[]))),
    CONSTRAINT ck_breach_entry_states_a_fact CHECK ((((act)::text = 'stated'::text) = (fact IS NOT NULL)))
);
CREATE TABLE public.breach_notice (
    breach_id bigint NOT NULL,
    status character varying(20) NOT NULL,
    content text NOT NULL,
    hash character varying(64) NOT NULL,
    written_by_id bigint,
    written_at timestamp with time zone NOT NULL,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    people integer,
    finished_at timestamp with time zone,
    CONSTRAINT ck_breach_notice_approved_before_sending CHECK ((((status)::text = 'awaiting-approval'::text) OR (approved_at IS NOT NULL))),
    CONSTRAINT ck_breach_notice_approved_by_another CHECK ((approved_by_id <> written_by_id)),
    CONSTRAINT ck_breach_notice_status CHECK (((status)::text = ANY ((ARRAY['awaiting-approval'::character varying, 'sending'::character varying, 'sent'::character varying])::text[])))
);
CREATE TABLE public.breach_person (
    breach_id bigint NOT NULL,
    address_mac bytea NOT NULL,
    subscriber_id bigint,
    added_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    is_written boolean NOT NULL,
    letter_id bigint,
    CONSTRAINT ck_breach_person_written_at_a_time CHECK (((NOT is_written) OR (settled_at IS NOT NULL)))
);
CREATE TABLE public.campaign (
    id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    purpose_id integer NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(200) NOT NULL,
    body text NOT NULL,
    status character varying(20) NOT NULL,
    audience integer,
    created_by bigint,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    launched_at timestamp with time zone,
    finished_at timestamp with time zone,
    trouble character varying(60),
    trouble_at timestamp with time zone,
    restored_at timestamp with time zone,
    recent_answers integer DEFAULT 0 NOT NULL,
    recent_refusals integer DEFAULT 0 NOT NULL,
    recent_refusals_of_us integer DEFAULT 0 NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    updated_by bigint,
    preheader character varying(200) DEFAULT ''::character varying NOT NULL,
    document text,
    trashed_at timestamp with time zone,
    trashed_by bigint,
    internal_name character varying(120) DEFAULT ''::character varying NOT NULL,
    left_out integer DEFAULT 0 NOT NULL,
    audience_check_began_at timestamp with time zone,
    audience_checked_at timestamp with time zone,
    CONSTRAINT ck_campaign_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'awaiting_approval'::character varying, 'approved'::character varying, 'running'::character varying, 'paused'::character varying, 'sent'::character varying, 'cancelled'::character varying, 'trashed'::character varying])::text[]))),
    CONSTRAINT ck_campaign_trashed CHECK ((((status)::text = 'trashed'::text) = (trashed_at IS NOT NULL)))
);
CREATE TABLE public.campaign_comment (
    id bigint NOT NULL,
    campaign_id integer NOT NULL,
    parent_id bigint,
    block_id character varying(40),
    quote character varying(200) NOT NULL,
    body text NOT NULL,
    author_id bigint,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by bigint
);
CREATE SEQUENCE public.campaign_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.campaign_id_seq OWNED BY public.campaign.id;
CREATE TABLE public.campaign_presence (
    campaign_id integer NOT NULL,
    organiser_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    typed_at timestamp with time zone
);
CREATE TABLE public.campaign_test (
    id bigint NOT NULL,
    campaign_id integer NOT NULL,
    hash character varying(64) NOT NULL,
    organiser_id bigint,
    sent_at timestamp with time zone NOT NULL,
    sent_by bigint
);
CREATE TABLE public.campaign_version (
    id bigint NOT NULL,
    campaign_id integer NOT NULL,
    number integer NOT NULL,
    hash character varying(64) NOT NULL,
    content text NOT NULL,
    asked_by bigint,
    asked_at timestamp with time zone NOT NULL,
    approved_by bigint,
    approved_at timestamp with time zone,
    approved_audience integer,
    ended_by bigint,
    ended_at timestamp with time zone,
    ended_because character varying(20),
    remarks character varying(2000),
    CONSTRAINT ck_campaign_version_ended_because CHECK (((ended_because)::text = ANY ((ARRAY['rejected'::character varying, 'withdrawn'::character varying, 'changed'::character varying, 'restored'::character varying])::text[])))
);
CREATE TABLE public.case_entry (
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    act character varying(20) NOT NULL,
    text text,
    made_by bigint,
    made_at timestamp with time zone NOT NULL,
    letter_id bigint,
    CONSTRAINT ck_case_entry_act CHECK (((act)::text = ANY ((ARRAY['noted'::character varying, 'extended'::character varying, 'reminded'::character varying, 'reminded-last'::character varying, 'closed'::character varying])::text[])))
);
CREATE TABLE public.comment_mention (
    comment_id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    told_at timestamp with time zone
);
CREATE TABLE public.consent_change (
    id bigint NOT NULL,
    purpose_id integer NOT NULL,
    kind character varying(20) NOT NULL,
    status character varying(20) NOT NULL,
    texts json NOT NULL,
    text_hash character varying(64) NOT NULL,
    requested_by_id bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    agreed_by_id bigint,
    agreed_at timestamp with time zone,
    starts_at timestamp with time zone,
    ended_at timestamp with time zone,
    result_id integer,
    CONSTRAINT ck_consent_change_agreed_before_done CHECK ((((status)::text <> ALL ((ARRAY['agreed'::character varying, 'done'::character varying])::text[])) OR (agreed_at IS NOT NULL))),
    CONSTRAINT ck_consent_change_agreed_by_another CHECK ((agreed_by_id <> requested_by_id)),
    CONSTRAINT ck_consent_change_alone_it_waits CHECK (((agreed_by_id IS NOT NULL) OR (agreed_at IS NULL) OR (starts_at IS NOT NULL))),
    CONSTRAINT ck_consent_change_kind CHECK (((kind)::text = ANY ((ARRAY['meaning'::character varying, 'mailing'::character varying])::text[]))),
    CONSTRAINT ck_consent_change_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'agreed'::character varying, 'done'::character varying, 'cancelled'::character varying, 'lapsed'::character varying])::text[])))
);
CREATE TABLE public.consent_count (
    wording_id integer NOT NULL,
    change_id bigint NOT NULL,
    people integer NOT NULL
);
CREATE TABLE public.consent_event (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    subscriber_id bigint NOT NULL,
    purpose_id integer,
    wording_id integer,
    method character varying(20) NOT NULL,
    page_url character varying(500),
    requested_at timestamp with time zone,
    occurred_at timestamp with time zone NOT NULL,
    evidence bytea,
    address_mac bytea NOT NULL,
    page_version_id integer,
    request_id bigint,
    controller_id bigint,
    basis character varying(20),
    CONSTRAINT ck_consent_event_answered_for CHECK (((basis IS NULL) = (controller_id IS NULL))),
    CONSTRAINT ck_consent_event_basis CHECK (((basis)::text = '9(2)(a)'::text)),
    CONSTRAINT ck_consent_event_confirmed_by_the_holder CHECK ((((kind)::text <> ALL ((ARRAY['confirmed'::character varying, 'renewed'::character varying])::text[])) OR ((wording_id IS NOT NULL) AND (requested_at IS NOT NULL) AND (page_url IS NOT NULL) AND (evidence IS NOT NULL) AND ((method)::text = ANY ((ARRAY['link'::character varying, 'code'::character varying, 'my-data'::character varying])::text[]))))),
    CONSTRAINT ck_consent_event_for_a_purpose CHECK (((purpose_id IS NOT NULL) OR ((kind)::text = ANY ((ARRAY['objected'::character varying, 'restricted'::character varying, 'released'::character varying, 'moved'::character varying])::text[])))),
    CONSTRAINT ck_consent_event_kind CHECK (((kind)::text = ANY ((ARRAY['requested'::character varying, 'confirmed'::character varying, 'renewed'::character varying, 'withdrawn'::character varying, 'objected'::character varying, 'restricted'::character varying, 'released'::character varying, 'asked-again'::character varying, 'moved'::character varying, 'corrected'::character varying])::text[]))),
    CONSTRAINT ck_consent_event_method CHECK (((method)::text = ANY ((ARRAY['form'::character varying, 'link'::character varying, 'code'::character varying, 'one-click'::character varying, 'page'::character varying, 'my-data'::character varying, 'organiser'::character varying, 'letter'::character varying])::text[])))
);
CREATE TABLE public.contested_stop (
    id bigint NOT NULL,
    campaign_id integer NOT NULL,
    contests integer NOT NULL,
    accepted integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL
);
CREATE TABLE public.controller (
    id bigint NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    contact text NOT NULL,
    data_protection_officer text NOT NULL,
    first_used_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.count_change
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE public.data_key (
    name character varying(40) NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.delivery (
    campaign_id integer NOT NULL,
    subscriber_id bigint NOT NULL,
    batch integer NOT NULL,
    purpose_id integer NOT NULL,
    consent_event_id bigint NOT NULL,
    consent_kind character varying(20) NOT NULL,
    status character varying(20) NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    left_by character varying(40),
    settled_at timestamp with time zone,
    reply character varying(40),
    CONSTRAINT ck_delivery_confirmed CHECK (((consent_kind)::text = ANY ((ARRAY['confirmed'::character varying, 'renewed'::character varying])::text[]))),
    CONSTRAINT ck_delivery_status CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'accepted'::character varying, 'deferred'::character varying, 'refused'::character varying, 'skipped'::character varying, 'uncertain'::character varying])::text[])))
)
WITH (fillfactor='45');
CREATE TABLE public.delivery_batch (
    campaign_id integer NOT NULL,
    number integer NOT NULL,
    size integer NOT NULL,
    due_at timestamp with time zone,
    claimed_at timestamp with time zone,
    claimed_by character varying(40),
    revoked_at timestamp with time zone,
    accepted integer NOT NULL,
    deferred integer NOT NULL,
    refused integer NOT NULL,
    skipped integer NOT NULL,
    uncertain integer NOT NULL,
    cancelled integer DEFAULT 0 NOT NULL,
    CONSTRAINT ck_delivery_batch_adds_up CHECK (((accepted >= 0) AND (deferred >= 0) AND (refused >= 0) AND (skipped >= 0) AND (uncertain >= 0) AND (((((accepted + deferred) + refused) + skipped) + uncertain) <= size))),
    CONSTRAINT ck_delivery_batch_cancelled CHECK (((cancelled >= 0) AND (cancelled <= skipped)))
);
CREATE TABLE public.delivery_control (
    id integer NOT NULL,
    stopped_at timestamp with time zone,
    next_slot_at timestamp with time zone,
    held_at timestamp with time zone,
    lifted_at timestamp with time zone,
    held_because character varying(20),
    held_size bigint,
    lifted_by_id bigint,
    lifted_because character varying(500),
    CONSTRAINT ck_delivery_control_held_because CHECK (((held_because)::text = ANY ((ARRAY['unknown'::character varying, 'older'::character varying, 'restored'::character varying, 'begun-again'::character varying, 'faulty'::character varying])::text[]))),
    CONSTRAINT ck_delivery_control_only_one CHECK ((id = 1))
);
CREATE TABLE public.delivery_erased (
    campaign_id integer NOT NULL,
    batch integer NOT NULL,
    status character varying(20) NOT NULL,
    mails integer NOT NULL,
    CONSTRAINT ck_delivery_erased_status CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'accepted'::character varying, 'deferred'::character varying, 'refused'::character varying, 'skipped'::character varying, 'uncertain'::character varying])::text[])))
);
CREATE TABLE public.delivery_interval (
    campaign_id integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    accepted integer NOT NULL,
    deferred integer NOT NULL,
    refused integer NOT NULL,
    uncertain integer NOT NULL
);
CREATE TABLE public.departure (
    id bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    token_hash bytea,
    left_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT ck_departure_kind CHECK (((kind)::text = ANY ((ARRAY['unsubscribed'::character varying, 'disputed'::character varying, 'on-behalf'::character varying])::text[])))
);
CREATE TABLE public.disclosure (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    subscriber_id bigint,
    asked_by character varying(254) NOT NULL,
    reason character varying(500) NOT NULL,
    people integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    mailing_list_id integer,
    CONSTRAINT ck_disclosure_kind CHECK (((kind)::text = ANY ((ARRAY['evidence'::character varying, 'access'::character varying, 'export'::character varying])::text[]))),
    CONSTRAINT ck_disclosure_of_a_list CHECK ((((kind)::text = 'export'::text) OR (mailing_list_id IS NULL))),
    CONSTRAINT ck_disclosure_of_somebody CHECK ((((kind)::text = 'evidence'::text) OR (((kind)::text = 'export'::text) = (subscriber_id IS NULL))))
);
CREATE TABLE public.disk_cleanup (
    id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    too_large json NOT NULL
);
CREATE TABLE public.erasure (
    id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    records text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_erasure_reason CHECK (((reason)::text = ANY ((ARRAY['asked'::character varying, 'expired'::character varying, 'replayed'::character varying])::text[])))
);
CREATE TABLE public.event_allowance (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    mailing_list_id integer NOT NULL,
    factor integer NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    CONSTRAINT ck_event_allowance_ends_after_it_begins CHECK ((ends_at >= begins_at)),
    CONSTRAINT ck_event_allowance_factor_is_limited CHECK (((factor >= 2) AND (factor <= 1000)))
);
CREATE TABLE public.event_count (
    day date NOT NULL,
    purpose_id integer NOT NULL,
    kind character varying(20) NOT NULL,
    page_version_id integer NOT NULL,
    change_id bigint NOT NULL,
    events integer NOT NULL
);
CREATE TABLE public.form_source_count (
    form_id integer NOT NULL,
    source character varying(40) NOT NULL,
    day date NOT NULL,
    requests integer NOT NULL
);
CREATE TABLE public.former_count (
    mailing_list_id integer NOT NULL,
    change_id bigint NOT NULL,
    people integer NOT NULL
);
CREATE TABLE public.import_evidence (
    import_id integer NOT NULL,
    name character varying(120) NOT NULL,
    content_hash character varying(64) NOT NULL,
    content bytea NOT NULL
);
CREATE TABLE public.import_refusal (
    import_id integer NOT NULL,
    line integer NOT NULL,
    reason character varying(20) NOT NULL,
    CONSTRAINT ck_import_refusal_reason CHECK (((reason)::text = ANY ((ARRAY['no_address'::character varying, 'malformed'::character varying, 'role'::character varying, 'twice'::character varying, 'on_list'::character varying, 'had_left'::character varying, 'may_not'::character varying, 'too_many_columns'::character varying, 'too_long'::character varying, 'unreadable'::character varying])::text[])))
);
CREATE TABLE public.import_seen (
    import_id integer NOT NULL,
    fingerprint bigint NOT NULL
);
CREATE TABLE public.invitation (
    id bigint NOT NULL,
    import_id integer NOT NULL,
    approved_by_id bigint NOT NULL,
    status character varying(20) NOT NULL,
    address character varying(254) NOT NULL,
    address_mac bytea NOT NULL,
    given_name character varying(80),
    language character varying(5) NOT NULL,
    letter_id bigint,
    secret_hash bytea,
    asked_at timestamp with time zone,
    expires_at timestamp with time zone,
    CONSTRAINT ck_invitation_status CHECK (((status)::text = ANY ((ARRAY['waiting'::character varying, 'leaving'::character varying, 'sent'::character varying])::text[])))
);
CREATE TABLE public.issue (
    campaign_id integer NOT NULL,
    version_id bigint NOT NULL,
    slug character varying(100) NOT NULL,
    language character varying(5) NOT NULL,
    title character varying(600) NOT NULL,
    summary character varying(600) NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by bigint,
    withdrawn_at timestamp with time zone,
    CONSTRAINT ck_issue_has_a_slug CHECK (((slug)::text <> ''::text))
);
CREATE TABLE public.journal_gap (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.kept_form (
    id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    sealed bytea NOT NULL,
    kept_at timestamp with time zone NOT NULL
);
CREATE TABLE public.known_device (
    organiser_id bigint NOT NULL,
    network_mac bytea NOT NULL,
    browser character varying(60) NOT NULL,
    used_at timestamp with time zone NOT NULL
);
CREATE TABLE public.letter (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    language character varying(5) NOT NULL,
    rate_mac bytea,
    status character varying(20) NOT NULL,
    sealed bytea,
    attempts integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    settled_at timestamp with time zone,
    last_reply character varying(40),
    claimed_by character varying(32),
    times_lost integer DEFAULT 0 NOT NULL,
    waits_for_relay boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_letter_kind CHECK (((kind)::text = ANY ((ARRAY['confirm_signup'::character varying, 'already_subscribed'::character varying, 'invitation'::character varying, 'reset_password'::character varying, 'campaign_test'::character varying, 're_permission'::character varying, 'log_head'::character varying, 'contested_stop'::character varying, 'my_data'::character varying, 'new_address'::character varying, 'address_moved'::character varying, 'ask_again'::character varying, 'case_due'::character varying, 'case_extended'::character varying, 'export_made'::character varying, 'taken_off'::character varying, 'security_notice'::character varying, 'done_on_behalf'::character varying, 'breach_notice'::character varying, 'welcome'::character varying, 'paused'::character varying, 'back_on_list'::character varying])::text[]))),
    CONSTRAINT ck_letter_status CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying, 'sent'::character varying, 'withheld'::character varying, 'given_up'::character varying])::text[])))
);
CREATE TABLE public.list_answer (
    subscriber_id bigint NOT NULL,
    question_id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    value character varying(300) NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.list_import (
    id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    status character varying(20) NOT NULL,
    language character varying(5) NOT NULL,
    imported_by_id bigint NOT NULL,
    approved_by_id bigint,
    file_name character varying(120) NOT NULL,
    file_key character varying(40) NOT NULL,
    file_hash character varying(64) NOT NULL,
    file_bytes bigint NOT NULL,
    delimiter character varying(1) NOT NULL,
    header json NOT NULL,
    format character varying(20) NOT NULL,
    address_column integer,
    name_column integer,
    language_column integer,
    way character varying(20),
    collected_by character varying(120),
    collected_from integer,
    collected_until integer,
    statement text,
    "offset" bigint NOT NULL,
    line integer NOT NULL,
    refusals json NOT NULL,
    rows integer NOT NULL,
    fitting integer NOT NULL,
    invited integer NOT NULL,
    asked integer NOT NULL,
    skipped integer NOT NULL,
    refused integer NOT NULL,
    confirmed integer NOT NULL,
    declined integer NOT NULL,
    unanswered integer NOT NULL,
    day integer NOT NULL,
    asked_in_day integer NOT NULL,
    tried integer NOT NULL,
    refused_lately integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    worked_at timestamp with time zone,
    checked_at timestamp with time zone,
    approved_at timestamp with time zone,
    asking_since timestamp with time zone,
    held_at timestamp with time zone,
    ended_at timestamp with time zone,
    most_invited integer,
    hold_reason character varying(20),
    answers_before json NOT NULL,
    CONSTRAINT ck_list_import_approved_before_asking CHECK ((((status)::text <> ALL ((ARRAY['making'::character varying, 'asking'::character varying, 'held'::character varying, 'done'::character varying])::text[])) OR (approved_by_id IS NOT NULL))),
    CONSTRAINT ck_list_import_approved_by_another CHECK ((approved_by_id <> imported_by_id)),
    CONSTRAINT ck_list_import_format CHECK (((format)::text = ANY ((ARRAY['mailchimp'::character varying, 'listmonk'::character varying, 'phplist'::character varying, 'mailman'::character varying, 'other'::character varying])::text[]))),
    CONSTRAINT ck_list_import_hold_reason CHECK (((hold_reason)::text = ANY ((ARRAY['rejected'::character varying, 'few_accept'::character varying, 'many_decline'::character varying, 'restored'::character varying])::text[]))),
    CONSTRAINT ck_list_import_provenance_is_stated CHECK ((((status)::text = ANY ((ARRAY['draft'::character varying, 'cancelled'::character varying])::text[])) OR ((way IS NOT NULL) AND (collected_by IS NOT NULL) AND (collected_from IS NOT NULL) AND (collected_until IS NOT NULL) AND (statement IS NOT NULL) AND (address_column IS NOT NULL)))),
    CONSTRAINT ck_list_import_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'checking'::character varying, 'checked'::character varying, 'waiting'::character varying, 'making'::character varying, 'asking'::character varying, 'held'::character varying, 'done'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT ck_list_import_way CHECK (((way)::text = ANY ((ARRAY['site'::character varying, 'paper'::character varying, 'event'::character varying, 'petition'::character varying, 'members'::character varying])::text[])))
);
CREATE SEQUENCE public.list_import_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.list_import_id_seq OWNED BY public.list_import.id;
CREATE TABLE public.list_purpose (
    purpose_id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.list_question (
    id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    kind character varying(20) NOT NULL,
    "position" integer NOT NULL,
    days integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT ck_list_question_days CHECK (((days >= 1) AND (days <= 1095))),
    CONSTRAINT ck_list_question_kind CHECK (((kind)::text = ANY ((ARRAY['text'::character varying, 'choice'::character varying, 'yes-no'::character varying, 'date'::character varying])::text[])))
);
CREATE SEQUENCE public.list_question_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.list_question_id_seq OWNED BY public.list_question.id;
CREATE TABLE public.list_territory (
    mailing_list_id integer NOT NULL,
    kind character varying(20) NOT NULL,
    code character varying(5) NOT NULL,
    CONSTRAINT ck_list_territory_kind CHECK (((kind)::text = ANY ((ARRAY['departement'::character varying, 'commune'::character varying, 'postcode'::character varying])::text[])))
);
CREATE TABLE public.list_text (
    mailing_list_id integer NOT NULL,
    language character varying(5) NOT NULL,
    name character varying(120) NOT NULL,
    description character varying(500) NOT NULL,
    CONSTRAINT ck_list_text_has_a_name CHECK (((name)::text <> ''::text))
);
CREATE TABLE public.list_thanks (
    mailing_list_id integer NOT NULL,
    language character varying(5) NOT NULL,
    next_email character varying(200) NOT NULL,
    welcome character varying(2000) NOT NULL,
    welcomed_since timestamp with time zone
);
CREATE TABLE public.log_entry (
    kind character varying(20) NOT NULL,
    record_id bigint NOT NULL,
    commitment bytea NOT NULL,
    "position" bigint
);
CREATE TABLE public.log_head (
    size bigint NOT NULL,
    root bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    checkpoint text NOT NULL
);
CREATE TABLE public.log_rule (
    id bigint NOT NULL,
    name character varying(40) NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.log_tile (
    level integer NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL
);
CREATE TABLE public.machine (
    name character varying(32) NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    keys text NOT NULL
);
CREATE TABLE public.mail_face (
    id integer NOT NULL,
    accent character varying(7) NOT NULL,
    accent_words character varying(7) NOT NULL,
    stripe character varying(7) NOT NULL,
    alignment character varying(20) NOT NULL,
    shows_name boolean NOT NULL,
    logo_id bigint,
    logo_file character varying(30),
    logo_width integer,
    logo_height integer,
    logo_alt character varying(100) NOT NULL,
    links text NOT NULL,
    postal_address character varying(300) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by bigint,
    picture_id bigint,
    share_id bigint,
    icon_id bigint,
    picture_file character varying(30),
    picture_width integer,
    picture_height integer,
    share_file character varying(30),
    share_width integer,
    share_height integer,
    picture_alt character varying(100) DEFAULT ''::character varying NOT NULL,
    picture_in_mails boolean DEFAULT false NOT NULL,
    share_words text DEFAULT '{}'::text NOT NULL,
    icon bytea,
    CONSTRAINT ck_mail_face_alignment CHECK (((alignment)::text = ANY ((ARRAY['left'::character varying, 'center'::character varying])::text[]))),
    CONSTRAINT ck_mail_face_icon CHECK (((icon_id IS NULL) = (icon IS NULL))),
    CONSTRAINT ck_mail_face_logo CHECK (((logo_id IS NULL) = (logo_file IS NULL))),
    CONSTRAINT ck_mail_face_only_one CHECK ((id = 1)),
    CONSTRAINT ck_mail_face_picture CHECK (((picture_id IS NULL) = (picture_file IS NULL))),
    CONSTRAINT ck_mail_face_share CHECK (((share_id IS NULL) = (share_file IS NULL)))
);
CREATE TABLE public.mailing_list (
    id integer NOT NULL,
    slug character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    description character varying(500) NOT NULL,
    purpose_id integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    sender_name character varying(70) DEFAULT ''::character varying NOT NULL,
    reply_to character varying(254) DEFAULT ''::character varying NOT NULL,
    language character varying(5) DEFAULT 'fr'::character varying NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    is_offered_elsewhere boolean DEFAULT true NOT NULL,
    is_draft boolean DEFAULT false NOT NULL,
    asks_to_publish boolean DEFAULT false NOT NULL,
    is_indexed boolean DEFAULT true NOT NULL,
    time_zone character varying(40) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.mailing_list_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mailing_list_id_seq OWNED BY public.mailing_list.id;
CREATE TABLE public.offer (
    purpose_id integer NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE TABLE public.openid_identity (
    organiser_id bigint NOT NULL,
    issuer character varying(500) NOT NULL,
    subject character varying(255) NOT NULL
);
CREATE TABLE public.organiser (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    password character varying(255),
    active boolean NOT NULL,
    fs_uniquifier character varying(64) NOT NULL,
    language character varying(5) NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    welcomed_at timestamp with time zone,
    invitation_letter_id bigint,
    last_invited_at timestamp with time zone,
    invitations integer DEFAULT 1 NOT NULL,
    is_address_unproved boolean DEFAULT false NOT NULL,
    tested_on date,
    tests integer DEFAULT 0 NOT NULL,
    is_limited boolean DEFAULT false NOT NULL,
    name character varying(80),
    invited_by_id bigint,
    was_owner boolean DEFAULT false NOT NULL,
    disabled_at timestamp with time zone,
    anonymised_at timestamp with time zone
);
CREATE SEQUENCE public.organiser_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.organiser_id_seq OWNED BY public.organiser.id;
CREATE TABLE public.organiser_list (
    organiser_id bigint NOT NULL,
    mailing_list_id integer NOT NULL
);
CREATE TABLE public.organiser_role (
    organiser_id bigint CONSTRAINT _alembic_tmp_organiser_role_organiser_id_not_null NOT NULL,
    role_id integer CONSTRAINT _alembic_tmp_organiser_role_role_id_not_null NOT NULL,
    granted_at timestamp with time zone DEFAULT now() CONSTRAINT _alembic_tmp_organiser_role_granted_at_not_null NOT NULL,
    granted_by_id bigint
);
CREATE TABLE public.page_style (
    content_hash character varying(64) NOT NULL,
    content bytea NOT NULL
);
CREATE TABLE public.page_version (
    id integer NOT NULL,
    language character varying(5) NOT NULL,
    content bytea NOT NULL,
    content_hash character varying(64) NOT NULL,
    first_used_at timestamp with time zone NOT NULL,
    style_hash character varying(64)
);
CREATE SEQUENCE public.page_version_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.page_version_id_seq OWNED BY public.page_version.id;
CREATE TABLE public.passkey (
    id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name character varying(60) NOT NULL,
    is_synced boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
CREATE TABLE public.password_reset (
    id bigint NOT NULL,
    sealed bytea,
    organiser_id bigint,
    secret_hash bytea,
    requested_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.pending_count (
    list_ids text NOT NULL,
    addresses integer NOT NULL,
    counted_at timestamp with time zone NOT NULL
);
CREATE TABLE public.pending_erasure (
    subscriber_id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT ck_pending_erasure_reason CHECK (((reason)::text = ANY ((ARRAY['asked'::character varying, 'expired'::character varying, 'replayed'::character varying])::text[])))
);
CREATE TABLE public.people_count (
    counted character varying(20) NOT NULL,
    change_id bigint NOT NULL,
    people integer NOT NULL
);
CREATE TABLE public.picture (
    id bigint NOT NULL,
    name character varying(22) NOT NULL,
    hash character varying(64) NOT NULL,
    format character varying(20) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    octets integer NOT NULL,
    content bytea NOT NULL,
    description character varying(500) NOT NULL,
    is_decoration boolean NOT NULL,
    uploaded_by bigint,
    uploaded_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_picture_format CHECK (((format)::text = ANY ((ARRAY['jpg'::character varying, 'png'::character varying])::text[])))
);
CREATE TABLE public.picture_use (
    campaign_id integer NOT NULL,
    version integer NOT NULL,
    picture_id bigint NOT NULL
);
CREATE TABLE public.purpose (
    id integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    kind character varying(20) NOT NULL,
    succeeds_id integer,
    CONSTRAINT ck_purpose_kind CHECK (((kind)::text = ANY ((ARRAY['newsletter'::character varying, 'targeting'::character varying, 'measurement'::character varying])::text[])))
);
CREATE SEQUENCE public.purpose_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.purpose_id_seq OWNED BY public.purpose.id;
CREATE TABLE public.question_text (
    question_id integer NOT NULL,
    language character varying(5) NOT NULL,
    label character varying(120) NOT NULL,
    sentence character varying(300) NOT NULL,
    choices text NOT NULL
);
CREATE TABLE public.recovery_code (
    id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.refused_sign_in (
    key_mac bytea NOT NULL,
    organiser_id bigint,
    network character varying(50) NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    compared integer NOT NULL,
    limited integer NOT NULL,
    failures integer NOT NULL
);
CREATE TABLE public.request_count (
    key_mac bytea NOT NULL,
    requests integer NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
CREATE TABLE public.restoration (
    id bigint NOT NULL,
    lost_head text NOT NULL,
    replayed integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    restored_size bigint NOT NULL
);
CREATE TABLE public.retention_change (
    id bigint NOT NULL,
    category character varying(40) NOT NULL,
    days_before integer NOT NULL,
    days_after integer NOT NULL,
    reason text NOT NULL,
    changed_by bigint,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.retention_result (
    run_id bigint NOT NULL,
    category character varying(40) NOT NULL,
    looked_at integer NOT NULL,
    deleted integer NOT NULL,
    asked integer NOT NULL,
    errors integer NOT NULL
);
CREATE TABLE public.retention_rule (
    category character varying(40) NOT NULL,
    days integer,
    basis text NOT NULL,
    note text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_retention_rule_days CHECK ((days > 0))
);
CREATE TABLE public.retention_run (
    id bigint NOT NULL,
    is_round boolean NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
CREATE TABLE public.right_request (
    id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    role character varying(20) NOT NULL,
    status character varying(20) NOT NULL,
    requested_by_id bigint,
    requested_at timestamp with time zone NOT NULL,
    decided_by_id bigint,
    decided_at timestamp with time zone,
    CONSTRAINT ck_right_request_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'organiser'::character varying, 'dpo'::character varying, 'exporter'::character varying, 'approver'::character varying])::text[]))),
    CONSTRAINT ck_right_request_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'granted'::character varying, 'declined'::character varying, 'withdrawn'::character varying, 'lapsed'::character varying])::text[])))
);
CREATE TABLE public.rights_case (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    channel character varying(20) NOT NULL,
    subscriber_id bigint,
    campaign_id integer,
    received_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    extended_at timestamp with time zone,
    extension_reason text,
    closed_at timestamp with time zone,
    outcome text,
    note text,
    CONSTRAINT ck_rights_case_channel CHECK (((channel)::text = ANY ((ARRAY['page'::character varying, 'mail'::character varying, 'post'::character varying, 'phone'::character varying, 'in-person'::character varying])::text[]))),
    CONSTRAINT ck_rights_case_closed_with_an_outcome CHECK (((closed_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT ck_rights_case_extended_with_a_reason CHECK (((extended_at IS NULL) = (extension_reason IS NULL))),
    CONSTRAINT ck_rights_case_kind CHECK (((kind)::text = ANY ((ARRAY['access'::character varying, 'rectification'::character varying, 'erasure'::character varying, 'restriction'::character varying, 'portability'::character varying, 'objection'::character varying, 'contested'::character varying, 'complaint'::character varying])::text[])))
);
CREATE TABLE public.role (
    id integer NOT NULL,
    name character varying(40) NOT NULL,
    description character varying(200),
    permissions text
);
CREATE SEQUENCE public.role_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.role_id_seq OWNED BY public.role.id;
CREATE TABLE public.saved_text (
    id bigint NOT NULL,
    campaign_id integer NOT NULL,
    number integer NOT NULL,
    revision integer NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(200) NOT NULL,
    preheader character varying(200) NOT NULL,
    body text NOT NULL,
    document text,
    saved_by bigint,
    begun_at timestamp with time zone NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    name character varying(80) DEFAULT ''::character varying NOT NULL,
    version integer,
    restored_number integer
);
CREATE TABLE public.search_word (
    word character varying(64) NOT NULL COLLATE pg_catalog."C",
    subscriber_id bigint NOT NULL
);
CREATE TABLE public.sign_in_session (
    id bigint NOT NULL,
    organiser_id bigint NOT NULL,
    secret_hash bytea NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    network_mac bytea NOT NULL,
    browser character varying(60) NOT NULL,
    methods character varying(60) NOT NULL
);
CREATE TABLE public.signup_answer (
    signup_request_id bigint NOT NULL,
    question_id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    value character varying(300) NOT NULL,
    days integer NOT NULL
);
CREATE TABLE public.signup_choice (
    signup_request_id bigint NOT NULL,
    mailing_list_id integer,
    purpose_id integer NOT NULL,
    wording_id integer NOT NULL,
    event_id bigint NOT NULL
);
CREATE TABLE public.signup_form (
    id integer NOT NULL,
    slug character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    status character varying(20) NOT NULL,
    goes_to character varying(500) NOT NULL,
    picture_id bigint,
    picture_file character varying(30),
    picture_hash character varying(64),
    picture_width integer,
    picture_height integer,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_signup_form_picture CHECK (((picture_id IS NULL) = (picture_file IS NULL))),
    CONSTRAINT ck_signup_form_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'open'::character varying, 'closed'::character varying])::text[])))
);
CREATE TABLE public.signup_form_count (
    form_id integer NOT NULL,
    sent integer NOT NULL,
    confirmed integer NOT NULL
);
CREATE SEQUENCE public.signup_form_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.signup_form_id_seq OWNED BY public.signup_form.id;
CREATE TABLE public.signup_form_list (
    form_id integer NOT NULL,
    mailing_list_id integer NOT NULL,
    "position" integer NOT NULL
);
CREATE TABLE public.signup_form_question (
    form_id integer NOT NULL,
    question_id integer NOT NULL
);
CREATE TABLE public.signup_form_text (
    form_id integer NOT NULL,
    language character varying(5) NOT NULL,
    title character varying(120) NOT NULL,
    intro character varying(2000) NOT NULL,
    thanks character varying(1000) NOT NULL,
    picture_alt character varying(300) NOT NULL,
    CONSTRAINT ck_signup_form_text_has_a_title CHECK (((title)::text <> ''::text))
);
CREATE TABLE public.signup_hold (
    id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    counted integer NOT NULL,
    most integer NOT NULL,
    ended_at timestamp with time zone,
    ended_by bigint,
    causes json,
    CONSTRAINT ck_signup_hold_was_a_spike CHECK ((counted >= most))
);
CREATE TABLE public.signup_request (
    id bigint NOT NULL,
    public_id character varying(40) NOT NULL,
    address character varying(254) NOT NULL,
    address_key character varying(254) NOT NULL,
    address_mac bytea NOT NULL,
    given_name character varying(80),
    language character varying(5) NOT NULL,
    mailing_list_id integer NOT NULL,
    page_url character varying(500) NOT NULL,
    letter_id bigint,
    token_hash bytea NOT NULL,
    code_mac bytea NOT NULL,
    code_attempts integer NOT NULL,
    code_guesses integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    page_version_id integer,
    log_salt bytea NOT NULL,
    controller_id bigint,
    refused_at timestamp with time zone,
    source character varying(40),
    network_mac bytea,
    postcode character varying(5),
    form_id integer
);
CREATE TABLE public.site_edition (
    id integer NOT NULL,
    value character varying(40) NOT NULL,
    CONSTRAINT ck_site_edition_only_one CHECK ((id = 1))
);
CREATE TABLE public.source_count (
    mailing_list_id integer NOT NULL,
    source character varying(40) NOT NULL,
    day date NOT NULL,
    requests integer NOT NULL
);
CREATE TABLE public.subscriber (
    id bigint NOT NULL,
    address character varying(254) NOT NULL,
    address_key character varying(254) NOT NULL,
    address_mac bytea NOT NULL,
    given_name character varying(80),
    language character varying(5) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    joined_event_id bigint NOT NULL,
    joined_event_kind character varying(20) NOT NULL,
    acted_at timestamp with time zone NOT NULL,
    asked_again_at timestamp with time zone,
    paused_until timestamp with time zone,
    restricted_at timestamp with time zone,
    log_salt bytea NOT NULL,
    asking_letter_id bigint,
    postcode character varying(5),
    CONSTRAINT ck_subscriber_joined_by_confirming CHECK (((joined_event_kind)::text = 'confirmed'::text))
);
CREATE TABLE public.subscription (
    subscriber_id bigint NOT NULL,
    mailing_list_id integer NOT NULL,
    purpose_id integer NOT NULL,
    consent_event_id bigint NOT NULL,
    consent_kind character varying(20) NOT NULL,
    subscribed_at timestamp with time zone NOT NULL,
    welcomed_at timestamp with time zone,
    CONSTRAINT ck_subscription_confirmed CHECK (((consent_kind)::text = ANY ((ARRAY['confirmed'::character varying, 'renewed'::character varying])::text[])))
);
CREATE TABLE public.suppression (
    address_mac bytea NOT NULL,
    scope character varying(40) NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone
);
CREATE TABLE public.team_text (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    name character varying(80) NOT NULL,
    language character varying(5) NOT NULL,
    subject character varying(200) NOT NULL,
    preheader character varying(200) NOT NULL,
    document text NOT NULL,
    created_by bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_team_text_kind CHECK (((kind)::text = ANY ((ARRAY['template'::character varying, 'piece'::character varying])::text[])))
);
CREATE TABLE public.team_text_picture (
    team_text_id bigint NOT NULL,
    picture_id bigint NOT NULL
);
CREATE TABLE public.used_challenge (
    challenge_hash bytea NOT NULL,
    used_at timestamp with time zone NOT NULL
);
CREATE TABLE public.wording (
    id integer NOT NULL,
    purpose_id integer NOT NULL,
    language character varying(5) NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    text_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.wording_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.wording_id_seq OWNED BY public.wording.id;
ALTER TABLE ONLY public.campaign ALTER COLUMN id SET DEFAULT nextval('public.campaign_id_seq'::regclass);
ALTER TABLE ONLY public.list_import ALTER COLUMN id SET DEFAULT nextval('public.list_import_id_seq'::regclass);
ALTER TABLE ONLY public.list_question ALTER COLUMN id SET DEFAULT nextval('public.list_question_id_seq'::regclass);
ALTER TABLE ONLY public.mailing_list ALTER COLUMN id SET DEFAULT nextval('public.mailing_list_id_seq'::regclass);
ALTER TABLE ONLY public.organiser ALTER COLUMN id SET DEFAULT nextval('public.organiser_id_seq'::regclass);
ALTER TABLE ONLY public.page_version ALTER COLUMN id SET DEFAULT nextval('public.page_version_id_seq'::regclass);
ALTER TABLE ONLY public.purpose ALTER COLUMN id SET DEFAULT nextval('public.purpose_id_seq'::regclass);
ALTER TABLE ONLY public.role ALTER COLUMN id SET DEFAULT nextval('public.role_id_seq'::regclass);
ALTER TABLE ONLY public.signup_form ALTER COLUMN id SET DEFAULT nextval('public.signup_form_id_seq'::regclass);
ALTER TABLE ONLY public.wording ALTER COLUMN id SET DEFAULT nextval('public.wording_id_seq'::regclass);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.access_ticket
    ADD CONSTRAINT pk_access_ticket PRIMARY KEY (id);
ALTER TABLE ONLY public.address_change
    ADD CONSTRAINT pk_address_change PRIMARY KEY (id);
ALTER TABLE ONLY public.agreement
    ADD CONSTRAINT pk_agreement PRIMARY KEY (subscriber_id, purpose_id);
ALTER TABLE ONLY public.approval_rule
    ADD CONSTRAINT pk_approval_rule PRIMARY KEY (id);
ALTER TABLE ONLY public.asked_link
    ADD CONSTRAINT pk_asked_link PRIMARY KEY (url_hash);
ALTER TABLE ONLY public.asking
    ADD CONSTRAINT pk_asking PRIMARY KEY (purpose_id);
ALTER TABLE ONLY public.attempt_count
    ADD CONSTRAINT pk_attempt_count PRIMARY KEY (key_mac);
ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT pk_audit_event PRIMARY KEY (id);
ALTER TABLE ONLY public.authenticator_app
    ADD CONSTRAINT pk_authenticator_app PRIMARY KEY (organiser_id);
ALTER TABLE ONLY public.breach
    ADD CONSTRAINT pk_breach PRIMARY KEY (id);
ALTER TABLE ONLY public.breach_entry
    ADD CONSTRAINT pk_breach_entry PRIMARY KEY (id);
ALTER TABLE ONLY public.breach_notice
    ADD CONSTRAINT pk_breach_notice PRIMARY KEY (breach_id);
ALTER TABLE ONLY public.breach_person
    ADD CONSTRAINT pk_breach_person PRIMARY KEY (breach_id, address_mac);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT pk_campaign PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign_comment
    ADD CONSTRAINT pk_campaign_comment PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign_presence
    ADD CONSTRAINT pk_campaign_presence PRIMARY KEY (campaign_id, organiser_id);
ALTER TABLE ONLY public.campaign_test
    ADD CONSTRAINT pk_campaign_test PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT pk_campaign_version PRIMARY KEY (id);
ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT pk_case_entry PRIMARY KEY (id);
ALTER TABLE ONLY public.comment_mention
    ADD CONSTRAINT pk_comment_mention PRIMARY KEY (comment_id, organiser_id);
ALTER TABLE ONLY public.consent_change
    ADD CONSTRAINT pk_consent_change PRIMARY KEY (id);
ALTER TABLE ONLY public.consent_count
    ADD CONSTRAINT pk_consent_count PRIMARY KEY (wording_id, change_id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT pk_consent_event PRIMARY KEY (id);
ALTER TABLE ONLY public.contested_stop
    ADD CONSTRAINT pk_contested_stop PRIMARY KEY (id);
ALTER TABLE ONLY public.controller
    ADD CONSTRAINT pk_controller PRIMARY KEY (id);
ALTER TABLE ONLY public.data_key
    ADD CONSTRAINT pk_data_key PRIMARY KEY (name);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (campaign_id, subscriber_id);
ALTER TABLE ONLY public.delivery_batch
    ADD CONSTRAINT pk_delivery_batch PRIMARY KEY (campaign_id, number);
ALTER TABLE ONLY public.delivery_control
    ADD CONSTRAINT pk_delivery_control PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery_erased
    ADD CONSTRAINT pk_delivery_erased PRIMARY KEY (campaign_id, batch, status);
ALTER TABLE ONLY public.delivery_interval
    ADD CONSTRAINT pk_delivery_interval PRIMARY KEY (campaign_id, started_at);
ALTER TABLE ONLY public.departure
    ADD CONSTRAINT pk_departure PRIMARY KEY (id);
ALTER TABLE ONLY public.disclosure
    ADD CONSTRAINT pk_disclosure PRIMARY KEY (id);
ALTER TABLE ONLY public.disk_cleanup
    ADD CONSTRAINT pk_disk_cleanup PRIMARY KEY (id);
ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT pk_erasure PRIMARY KEY (id);
ALTER TABLE ONLY public.event_allowance
    ADD CONSTRAINT pk_event_allowance PRIMARY KEY (id);
ALTER TABLE ONLY public.event_count
    ADD CONSTRAINT pk_event_count PRIMARY KEY (day, purpose_id, kind, page_version_id, change_id);
ALTER TABLE ONLY public.form_source_count
    ADD CONSTRAINT pk_form_source_count PRIMARY KEY (form_id, source, day);
ALTER TABLE ONLY public.former_count
    ADD CONSTRAINT pk_former_count PRIMARY KEY (mailing_list_id, change_id);
ALTER TABLE ONLY public.import_evidence
    ADD CONSTRAINT pk_import_evidence PRIMARY KEY (import_id);
ALTER TABLE ONLY public.import_refusal
    ADD CONSTRAINT pk_import_refusal PRIMARY KEY (import_id, line);
ALTER TABLE ONLY public.import_seen
    ADD CONSTRAINT pk_import_seen PRIMARY KEY (import_id, fingerprint);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT pk_invitation PRIMARY KEY (id);
ALTER TABLE ONLY public.issue
    ADD CONSTRAINT pk_issue PRIMARY KEY (campaign_id);
ALTER TABLE ONLY public.journal_gap
    ADD CONSTRAINT pk_journal_gap PRIMARY KEY (id);
ALTER TABLE ONLY public.kept_form
    ADD CONSTRAINT pk_kept_form PRIMARY KEY (id);
ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT pk_known_device PRIMARY KEY (organiser_id, network_mac, browser);
ALTER TABLE ONLY public.letter
    ADD CONSTRAINT pk_letter PRIMARY KEY (id);
ALTER TABLE ONLY public.list_answer
    ADD CONSTRAINT pk_list_answer PRIMARY KEY (subscriber_id, question_id);
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT pk_list_import PRIMARY KEY (id);
ALTER TABLE ONLY public.list_purpose
    ADD CONSTRAINT pk_list_purpose PRIMARY KEY (purpose_id);
ALTER TABLE ONLY public.list_question
    ADD CONSTRAINT pk_list_question PRIMARY KEY (id);
ALTER TABLE ONLY public.list_territory
    ADD CONSTRAINT pk_list_territory PRIMARY KEY (mailing_list_id, kind, code);
ALTER TABLE ONLY public.list_text
    ADD CONSTRAINT pk_list_text PRIMARY KEY (mailing_list_id, language);
ALTER TABLE ONLY public.list_thanks
    ADD CONSTRAINT pk_list_thanks PRIMARY KEY (mailing_list_id, language);
ALTER TABLE ONLY public.log_entry
    ADD CONSTRAINT pk_log_entry PRIMARY KEY (kind, record_id);
ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT pk_log_head PRIMARY KEY (size);
ALTER TABLE ONLY public.log_rule
    ADD CONSTRAINT pk_log_rule PRIMARY KEY (id);
ALTER TABLE ONLY public.log_tile
    ADD CONSTRAINT pk_log_tile PRIMARY KEY (level, number);
ALTER TABLE ONLY public.machine
    ADD CONSTRAINT pk_machine PRIMARY KEY (name);
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT pk_mail_face PRIMARY KEY (id);
ALTER TABLE ONLY public.mailing_list
    ADD CONSTRAINT pk_mailing_list PRIMARY KEY (id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT pk_offer PRIMARY KEY (purpose_id);
ALTER TABLE ONLY public.openid_identity
    ADD CONSTRAINT pk_openid_identity PRIMARY KEY (organiser_id);
ALTER TABLE ONLY public.organiser
    ADD CONSTRAINT pk_organiser PRIMARY KEY (id);
ALTER TABLE ONLY public.organiser_list
    ADD CONSTRAINT pk_organiser_list PRIMARY KEY (organiser_id, mailing_list_id);
ALTER TABLE ONLY public.organiser_role
    ADD CONSTRAINT pk_organiser_role PRIMARY KEY (organiser_id, role_id);
ALTER TABLE ONLY public.page_style
    ADD CONSTRAINT pk_page_style PRIMARY KEY (content_hash);
ALTER TABLE ONLY public.page_version
    ADD CONSTRAINT pk_page_version PRIMARY KEY (id);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT pk_passkey PRIMARY KEY (id);
ALTER TABLE ONLY public.password_reset
    ADD CONSTRAINT pk_password_reset PRIMARY KEY (id);
ALTER TABLE ONLY public.pending_count
    ADD CONSTRAINT pk_pending_count PRIMARY KEY (list_ids);
ALTER TABLE ONLY public.pending_erasure
    ADD CONSTRAINT pk_pending_erasure PRIMARY KEY (subscriber_id);
ALTER TABLE ONLY public.people_count
    ADD CONSTRAINT pk_people_count PRIMARY KEY (counted, change_id);
ALTER TABLE ONLY public.picture
    ADD CONSTRAINT pk_picture PRIMARY KEY (id);
ALTER TABLE ONLY public.picture_use
    ADD CONSTRAINT pk_picture_use PRIMARY KEY (campaign_id, version, picture_id);
ALTER TABLE ONLY public.purpose
    ADD CONSTRAINT pk_purpose PRIMARY KEY (id);
ALTER TABLE ONLY public.question_text
    ADD CONSTRAINT pk_question_text PRIMARY KEY (question_id, language);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT pk_recovery_code PRIMARY KEY (id);
ALTER TABLE ONLY public.refused_sign_in
    ADD CONSTRAINT pk_refused_sign_in PRIMARY KEY (key_mac);
ALTER TABLE ONLY public.request_count
    ADD CONSTRAINT pk_request_count PRIMARY KEY (key_mac);
ALTER TABLE ONLY public.restoration
    ADD CONSTRAINT pk_restoration PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_change
    ADD CONSTRAINT pk_retention_change PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_result
    ADD CONSTRAINT pk_retention_result PRIMARY KEY (run_id, category);
ALTER TABLE ONLY public.retention_rule
    ADD CONSTRAINT pk_retention_rule PRIMARY KEY (category);
ALTER TABLE ONLY public.retention_run
    ADD CONSTRAINT pk_retention_run PRIMARY KEY (id);
ALTER TABLE ONLY public.right_request
    ADD CONSTRAINT pk_right_request PRIMARY KEY (id);
ALTER TABLE ONLY public.rights_case
    ADD CONSTRAINT pk_rights_case PRIMARY KEY (id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT pk_role PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_text
    ADD CONSTRAINT pk_saved_text PRIMARY KEY (id);
ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT pk_search_word PRIMARY KEY (word, subscriber_id);
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT pk_sign_in_session PRIMARY KEY (id);
ALTER TABLE ONLY public.signup_answer
    ADD CONSTRAINT pk_signup_answer PRIMARY KEY (signup_request_id, question_id);
ALTER TABLE ONLY public.signup_choice
    ADD CONSTRAINT pk_signup_choice PRIMARY KEY (signup_request_id, purpose_id);
ALTER TABLE ONLY public.signup_form
    ADD CONSTRAINT pk_signup_form PRIMARY KEY (id);
ALTER TABLE ONLY public.signup_form_count
    ADD CONSTRAINT pk_signup_form_count PRIMARY KEY (form_id);
ALTER TABLE ONLY public.signup_form_list
    ADD CONSTRAINT pk_signup_form_list PRIMARY KEY (form_id, mailing_list_id);
ALTER TABLE ONLY public.signup_form_question
    ADD CONSTRAINT pk_signup_form_question PRIMARY KEY (form_id, question_id);
ALTER TABLE ONLY public.signup_form_text
    ADD CONSTRAINT pk_signup_form_text PRIMARY KEY (form_id, language);
ALTER TABLE ONLY public.signup_hold
    ADD CONSTRAINT pk_signup_hold PRIMARY KEY (id);
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT pk_signup_request PRIMARY KEY (id);
ALTER TABLE ONLY public.site_edition
    ADD CONSTRAINT pk_site_edition PRIMARY KEY (id);
ALTER TABLE ONLY public.source_count
    ADD CONSTRAINT pk_source_count PRIMARY KEY (mailing_list_id, source, day);
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT pk_subscriber PRIMARY KEY (id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT pk_subscription PRIMARY KEY (subscriber_id, mailing_list_id);
ALTER TABLE ONLY public.suppression
    ADD CONSTRAINT pk_suppression PRIMARY KEY (address_mac, scope);
ALTER TABLE ONLY public.team_text
    ADD CONSTRAINT pk_team_text PRIMARY KEY (id);
ALTER TABLE ONLY public.team_text_picture
    ADD CONSTRAINT pk_team_text_picture PRIMARY KEY (team_text_id, picture_id);
ALTER TABLE ONLY public.used_challenge
    ADD CONSTRAINT pk_used_challenge PRIMARY KEY (challenge_hash);
ALTER TABLE ONLY public.wording
    ADD CONSTRAINT pk_wording PRIMARY KEY (id);
ALTER TABLE ONLY public.access_ticket
    ADD CONSTRAINT uq_access_ticket_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.address_change
    ADD CONSTRAINT uq_address_change_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.agreement
    ADD CONSTRAINT uq_agreement_consent_event_id UNIQUE (consent_event_id);
ALTER TABLE ONLY public.breach_person
    ADD CONSTRAINT uq_breach_person_breach_id_subscriber_id UNIQUE (breach_id, subscriber_id);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT uq_campaign_id_purpose_id UNIQUE (id, purpose_id);
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT uq_campaign_version_campaign_id_number UNIQUE (campaign_id, number);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT uq_consent_event_evidence_purpose_id UNIQUE (evidence, purpose_id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT uq_consent_event_id_kind_subscriber_id UNIQUE (id, kind, subscriber_id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT uq_consent_event_id_kind_subscriber_id_purpose_id UNIQUE (id, kind, subscriber_id, purpose_id);
ALTER TABLE ONLY public.controller
    ADD CONSTRAINT uq_controller_name_address_contact_data_protection_officer UNIQUE (name, address, contact, data_protection_officer);
ALTER TABLE ONLY public.departure
    ADD CONSTRAINT uq_departure_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT uq_invitation_address_mac UNIQUE (address_mac);
ALTER TABLE ONLY public.issue
    ADD CONSTRAINT uq_issue_slug UNIQUE (slug);
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT uq_list_import_file_key UNIQUE (file_key);
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT uq_list_import_id_approved_by_id UNIQUE (id, approved_by_id);
ALTER TABLE ONLY public.list_purpose
    ADD CONSTRAINT uq_list_purpose_mailing_list_id_purpose_id UNIQUE (mailing_list_id, purpose_id);
ALTER TABLE ONLY public.list_question
    ADD CONSTRAINT uq_list_question_id_mailing_list_id UNIQUE (id, mailing_list_id);
ALTER TABLE ONLY public.mailing_list
    ADD CONSTRAINT uq_mailing_list_purpose_id UNIQUE (purpose_id);
ALTER TABLE ONLY public.mailing_list
    ADD CONSTRAINT uq_mailing_list_slug UNIQUE (slug);
ALTER TABLE ONLY public.openid_identity
    ADD CONSTRAINT uq_openid_identity_issuer_subject UNIQUE (issuer, subject);
ALTER TABLE ONLY public.organiser
    ADD CONSTRAINT uq_organiser_email UNIQUE (email);
ALTER TABLE ONLY public.organiser
    ADD CONSTRAINT uq_organiser_fs_uniquifier UNIQUE (fs_uniquifier);
ALTER TABLE ONLY public.page_version
    ADD CONSTRAINT uq_page_version_content_hash UNIQUE (content_hash);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id);
ALTER TABLE ONLY public.picture
    ADD CONSTRAINT uq_picture_hash UNIQUE (hash);
ALTER TABLE ONLY public.picture
    ADD CONSTRAINT uq_picture_name UNIQUE (name);
ALTER TABLE ONLY public.purpose
    ADD CONSTRAINT uq_purpose_succeeds_id UNIQUE (succeeds_id);
ALTER TABLE ONLY public.role
    ADD CONSTRAINT uq_role_name UNIQUE (name);
ALTER TABLE ONLY public.saved_text
    ADD CONSTRAINT uq_saved_text_campaign_id_number UNIQUE (campaign_id, number);
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT uq_sign_in_session_secret_hash UNIQUE (secret_hash);
ALTER TABLE ONLY public.signup_form
    ADD CONSTRAINT uq_signup_form_slug UNIQUE (slug);
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT uq_signup_request_public_id UNIQUE (public_id);
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT uq_signup_request_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT uq_subscriber_address_key UNIQUE (address_key);
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT uq_subscriber_address_mac UNIQUE (address_mac);
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT uq_subscriber_joined_event_id UNIQUE (joined_event_id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT uq_subscription_consent_event_id UNIQUE (consent_event_id);
ALTER TABLE ONLY public.team_text
    ADD CONSTRAINT uq_team_text_kind_name UNIQUE (kind, name);
ALTER TABLE ONLY public.wording
    ADD CONSTRAINT uq_wording_id_purpose_id UNIQUE (id, purpose_id);
ALTER TABLE ONLY public.wording
    ADD CONSTRAINT uq_wording_purpose_id_language_version UNIQUE (purpose_id, language, version);
CREATE INDEX ix_access_ticket_closes_at ON public.access_ticket USING btree (closes_at);
CREATE INDEX ix_access_ticket_subscriber_id ON public.access_ticket USING btree (subscriber_id);
CREATE INDEX ix_address_change_expires_at ON public.address_change USING btree (expires_at);
CREATE INDEX ix_address_change_subscriber_id ON public.address_change USING btree (subscriber_id);
CREATE INDEX ix_asked_link_asked_at ON public.asked_link USING btree (asked_at);
CREATE INDEX ix_attempt_count_forgotten_at ON public.attempt_count USING btree (forgotten_at);
CREATE INDEX ix_audit_event_account_id_id ON public.audit_event USING btree (account_id, id);
CREATE INDEX ix_audit_event_act_id ON public.audit_event USING btree (act, id);
CREATE INDEX ix_audit_event_object_id_id ON public.audit_event USING btree (object_id, id);
CREATE INDEX ix_breach_entry_breach_id ON public.breach_entry USING btree (breach_id);
CREATE INDEX ix_breach_person_address_mac ON public.breach_person USING btree (address_mac);
CREATE INDEX ix_breach_person_letter_id ON public.breach_person USING btree (letter_id) WHERE (letter_id IS NOT NULL);
CREATE INDEX ix_breach_person_subscriber_id ON public.breach_person USING btree (subscriber_id);
CREATE INDEX ix_breach_person_waiting ON public.breach_person USING btree (breach_id) WHERE (settled_at IS NULL);
CREATE INDEX ix_campaign_comment_campaign_id_id ON public.campaign_comment USING btree (campaign_id, id);
CREATE INDEX ix_campaign_comment_parent_id ON public.campaign_comment USING btree (parent_id);
CREATE INDEX ix_campaign_presence_seen_at ON public.campaign_presence USING btree (seen_at);
CREATE INDEX ix_campaign_test_campaign_id ON public.campaign_test USING btree (campaign_id);
CREATE INDEX ix_case_entry_case_id ON public.case_entry USING btree (case_id);
CREATE INDEX ix_case_entry_letter_id ON public.case_entry USING btree (letter_id) WHERE (letter_id IS NOT NULL);
CREATE INDEX ix_comment_mention_told_at ON public.comment_mention USING btree (told_at);
CREATE INDEX ix_consent_change_result_id ON public.consent_change USING btree (result_id);
CREATE INDEX ix_consent_event_asked ON public.consent_event USING btree (purpose_id, kind, subscriber_id) WHERE ((kind)::text = ANY ((ARRAY['asked-again'::character varying, 'renewed'::character varying])::text[]));
CREATE INDEX ix_consent_event_left ON public.consent_event USING btree (purpose_id, subscriber_id) WHERE ((kind)::text = ANY ((ARRAY['withdrawn'::character varying, 'objected'::character varying])::text[]));
CREATE INDEX ix_consent_event_purpose_id_occurred_at ON public.consent_event USING btree (purpose_id, occurred_at);
CREATE INDEX ix_consent_event_subscriber_id ON public.consent_event USING btree (subscriber_id);
CREATE INDEX ix_contested_stop_campaign_id ON public.contested_stop USING btree (campaign_id);
CREATE INDEX ix_delivery_batch_campaign_id_due_at ON public.delivery_batch USING btree (campaign_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX ix_delivery_batch_claimed_by ON public.delivery_batch USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE INDEX ix_delivery_campaign_id_batch ON public.delivery USING btree (campaign_id, batch);
CREATE INDEX ix_delivery_subscriber_id ON public.delivery USING btree (subscriber_id);
CREATE INDEX ix_departure_expires_at ON public.departure USING btree (expires_at);
CREATE INDEX ix_departure_subscriber_id ON public.departure USING btree (subscriber_id);
CREATE INDEX ix_disclosure_kind_occurred_at ON public.disclosure USING btree (kind, occurred_at);
CREATE INDEX ix_disclosure_subscriber_id ON public.disclosure USING btree (subscriber_id);
CREATE INDEX ix_invitation_expires_at ON public.invitation USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX ix_invitation_import_id_status ON public.invitation USING btree (import_id, status);
CREATE INDEX ix_invitation_letter_id ON public.invitation USING btree (letter_id) WHERE (letter_id IS NOT NULL);
CREATE INDEX ix_kept_form_organiser_id ON public.kept_form USING btree (organiser_id);
CREATE INDEX ix_known_device_used_at ON public.known_device USING btree (used_at);
CREATE INDEX ix_letter_rate_mac_created_at ON public.letter USING btree (rate_mac, created_at);
CREATE INDEX ix_letter_status_next_attempt_at ON public.letter USING btree (status, next_attempt_at);
CREATE INDEX ix_list_answer_expires_at ON public.list_answer USING btree (expires_at);
CREATE INDEX ix_list_answer_question_id ON public.list_answer USING btree (question_id);
CREATE INDEX ix_list_answer_subscriber_id_mailing_list_id ON public.list_answer USING btree (subscriber_id, mailing_list_id);
CREATE INDEX ix_list_question_mailing_list_id ON public.list_question USING btree (mailing_list_id);
CREATE UNIQUE INDEX ix_log_entry_position ON public.log_entry USING btree ("position");
CREATE INDEX ix_log_entry_unsealed ON public.log_entry USING btree (record_id) WHERE ("position" IS NULL);
CREATE INDEX ix_organiser_invitation_letter_id ON public.organiser USING btree (invitation_letter_id) WHERE (invitation_letter_id IS NOT NULL);
CREATE INDEX ix_passkey_organiser_id ON public.passkey USING btree (organiser_id);
CREATE INDEX ix_password_reset_organiser_id ON public.password_reset USING btree (organiser_id);
CREATE INDEX ix_password_reset_requested_at ON public.password_reset USING btree (requested_at);
CREATE INDEX ix_picture_use_picture_id ON public.picture_use USING btree (picture_id);
CREATE INDEX ix_recovery_code_organiser_id ON public.recovery_code USING btree (organiser_id);
CREATE INDEX ix_refused_sign_in_begun_at ON public.refused_sign_in USING btree (begun_at);
CREATE INDEX ix_refused_sign_in_organiser_id ON public.refused_sign_in USING btree (organiser_id);
CREATE INDEX ix_request_count_ends_at ON public.request_count USING btree (ends_at);
CREATE INDEX ix_rights_case_campaign_id ON public.rights_case USING btree (campaign_id);
CREATE INDEX ix_rights_case_closed_at_due_at ON public.rights_case USING btree (closed_at, due_at);
CREATE INDEX ix_rights_case_subscriber_id ON public.rights_case USING btree (subscriber_id);
CREATE INDEX ix_search_word_subscriber_id ON public.search_word USING btree (subscriber_id);
CREATE INDEX ix_sign_in_session_organiser_id ON public.sign_in_session USING btree (organiser_id);
CREATE INDEX ix_sign_in_session_used_at ON public.sign_in_session USING btree (used_at);
CREATE INDEX ix_signup_answer_question_id ON public.signup_answer USING btree (question_id);
CREATE INDEX ix_signup_form_list_mailing_list_id ON public.signup_form_list USING btree (mailing_list_id);
CREATE INDEX ix_signup_form_question_question_id ON public.signup_form_question USING btree (question_id);
CREATE INDEX ix_signup_request_address_mac ON public.signup_request USING btree (address_mac);
CREATE INDEX ix_signup_request_expires_at ON public.signup_request USING btree (expires_at);
CREATE INDEX ix_signup_request_form_id ON public.signup_request USING btree (form_id) WHERE (form_id IS NOT NULL);
CREATE INDEX ix_signup_request_source ON public.signup_request USING btree (source) WHERE (source IS NOT NULL);
CREATE INDEX ix_subscriber_acted_at ON public.subscriber USING btree (acted_at);
CREATE INDEX ix_subscriber_asking_letter_id ON public.subscriber USING btree (asking_letter_id) WHERE (asking_letter_id IS NOT NULL);
CREATE INDEX ix_subscriber_language_id ON public.subscriber USING btree (language, id);
CREATE INDEX ix_subscriber_paused_until ON public.subscriber USING btree (paused_until) WHERE (paused_until IS NOT NULL);
CREATE INDEX ix_subscriber_restricted_at ON public.subscriber USING btree (restricted_at) WHERE (restricted_at IS NOT NULL);
CREATE INDEX ix_subscription_mailing_list_id_purpose_id_subscriber_id ON public.subscription USING btree (mailing_list_id, purpose_id, subscriber_id);
CREATE INDEX ix_subscription_mailing_list_id_subscribed_at ON public.subscription USING btree (mailing_list_id, subscribed_at);
CREATE INDEX ix_team_text_picture_picture_id ON public.team_text_picture USING btree (picture_id);
CREATE UNIQUE INDEX uq_consent_change_waiting ON public.consent_change USING btree (purpose_id) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'agreed'::character varying])::text[]));
CREATE UNIQUE INDEX uq_right_request_open ON public.right_request USING btree (organiser_id, role) WHERE ((status)::text = 'open'::text);
CREATE TRIGGER count_new_agreement AFTER INSERT ON public.agreement REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_agreement();
CREATE TRIGGER count_new_consent_event AFTER INSERT ON public.consent_event REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_consent_event();
CREATE TRIGGER count_new_subscriber AFTER INSERT ON public.subscriber REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_subscriber();
CREATE TRIGGER count_new_subscription AFTER INSERT ON public.subscription REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_subscription();
CREATE TRIGGER count_old_agreement AFTER DELETE ON public.agreement REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_old_agreement();
CREATE TRIGGER count_old_consent_event AFTER DELETE ON public.consent_event REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_old_consent_event();
CREATE TRIGGER count_old_subscriber AFTER DELETE ON public.subscriber REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_old_subscriber();
CREATE TRIGGER count_old_subscription AFTER DELETE ON public.subscription REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.count_old_subscription();
CREATE TRIGGER count_renewed_agreement AFTER UPDATE OF consent_event_id ON public.agreement FOR EACH ROW EXECUTE FUNCTION public.count_renewed();
CREATE TRIGGER count_renewed_subscription AFTER UPDATE OF consent_event_id ON public.subscription FOR EACH ROW EXECUTE FUNCTION public.count_renewed();
CREATE TRIGGER keep_consent_change BEFORE UPDATE OF purpose_id, kind, texts, text_hash, requested_by_id, requested_at ON public.consent_change FOR EACH ROW EXECUTE FUNCTION public.keep_consent_change();
CREATE TRIGGER refuse_ended_consent BEFORE INSERT OR UPDATE OF subscriber_id, purpose_id, consent_event_id ON public.agreement FOR EACH ROW EXECUTE FUNCTION public.refuse_ended_consent();
CREATE TRIGGER refuse_ended_consent BEFORE INSERT OR UPDATE OF subscriber_id, purpose_id, consent_event_id ON public.subscription FOR EACH ROW EXECUTE FUNCTION public.refuse_ended_consent();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.controller FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.issue FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.list_purpose FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.list_question FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.list_territory FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.list_text FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.list_thanks FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.mail_face FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.mailing_list FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.offer FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.page_version FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.purpose FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.question_text FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.retention_rule FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.signup_form FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.signup_form_list FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.signup_form_question FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.signup_form_text FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
CREATE TRIGGER renew_site_edition AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.wording FOR EACH STATEMENT EXECUTE FUNCTION public.renew_site_edition();
ALTER TABLE ONLY public.access_ticket
    ADD CONSTRAINT fk_access_ticket_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.address_change
    ADD CONSTRAINT fk_address_change_letter_id FOREIGN KEY (letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.address_change
    ADD CONSTRAINT fk_address_change_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.agreement
    ADD CONSTRAINT fk_agreement_consent FOREIGN KEY (consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES public.consent_event(id, kind, subscriber_id, purpose_id);
ALTER TABLE ONLY public.agreement
    ADD CONSTRAINT fk_agreement_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.agreement
    ADD CONSTRAINT fk_agreement_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id);
ALTER TABLE ONLY public.approval_rule
    ADD CONSTRAINT fk_approval_rule_changed_by FOREIGN KEY (changed_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.asking
    ADD CONSTRAINT fk_asking_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT fk_audit_event_account_id FOREIGN KEY (account_id) REFERENCES public.organiser(id);
ALTER TABLE ONLY public.authenticator_app
    ADD CONSTRAINT fk_authenticator_app_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.breach_entry
    ADD CONSTRAINT fk_breach_entry_breach_id FOREIGN KEY (breach_id) REFERENCES public.breach(id);
ALTER TABLE ONLY public.breach_entry
    ADD CONSTRAINT fk_breach_entry_made_by FOREIGN KEY (made_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.breach_notice
    ADD CONSTRAINT fk_breach_notice_approved_by_id FOREIGN KEY (approved_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.breach_notice
    ADD CONSTRAINT fk_breach_notice_breach_id FOREIGN KEY (breach_id) REFERENCES public.breach(id);
ALTER TABLE ONLY public.breach_notice
    ADD CONSTRAINT fk_breach_notice_written_by_id FOREIGN KEY (written_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.breach_person
    ADD CONSTRAINT fk_breach_person_breach_id FOREIGN KEY (breach_id) REFERENCES public.breach(id);
ALTER TABLE ONLY public.breach_person
    ADD CONSTRAINT fk_breach_person_letter_id FOREIGN KEY (letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.breach_person
    ADD CONSTRAINT fk_breach_person_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_comment
    ADD CONSTRAINT fk_campaign_comment_author_id FOREIGN KEY (author_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign_comment
    ADD CONSTRAINT fk_campaign_comment_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_comment
    ADD CONSTRAINT fk_campaign_comment_parent_id FOREIGN KEY (parent_id) REFERENCES public.campaign_comment(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_comment
    ADD CONSTRAINT fk_campaign_comment_resolved_by FOREIGN KEY (resolved_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT fk_campaign_created_by FOREIGN KEY (created_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT fk_campaign_mailing_list_id_purpose_id FOREIGN KEY (mailing_list_id, purpose_id) REFERENCES public.list_purpose(mailing_list_id, purpose_id);
ALTER TABLE ONLY public.campaign_presence
    ADD CONSTRAINT fk_campaign_presence_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_presence
    ADD CONSTRAINT fk_campaign_presence_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_test
    ADD CONSTRAINT fk_campaign_test_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_test
    ADD CONSTRAINT fk_campaign_test_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign_test
    ADD CONSTRAINT fk_campaign_test_sent_by FOREIGN KEY (sent_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT fk_campaign_trashed_by FOREIGN KEY (trashed_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT fk_campaign_updated_by FOREIGN KEY (updated_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT fk_campaign_version_approved_by FOREIGN KEY (approved_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT fk_campaign_version_asked_by FOREIGN KEY (asked_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT fk_campaign_version_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaign_version
    ADD CONSTRAINT fk_campaign_version_ended_by FOREIGN KEY (ended_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT fk_case_entry_case_id FOREIGN KEY (case_id) REFERENCES public.rights_case(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT fk_case_entry_letter_id FOREIGN KEY (letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT fk_case_entry_made_by FOREIGN KEY (made_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.comment_mention
    ADD CONSTRAINT fk_comment_mention_comment_id FOREIGN KEY (comment_id) REFERENCES public.campaign_comment(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.comment_mention
    ADD CONSTRAINT fk_comment_mention_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consent_change
    ADD CONSTRAINT fk_consent_change_agreed_by_id FOREIGN KEY (agreed_by_id) REFERENCES public.organiser(id);
ALTER TABLE ONLY public.consent_change
    ADD CONSTRAINT fk_consent_change_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.consent_change
    ADD CONSTRAINT fk_consent_change_requested_by_id FOREIGN KEY (requested_by_id) REFERENCES public.organiser(id);
ALTER TABLE ONLY public.consent_change
    ADD CONSTRAINT fk_consent_change_result_id FOREIGN KEY (result_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT fk_consent_event_controller_id FOREIGN KEY (controller_id) REFERENCES public.controller(id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT fk_consent_event_page_version_id FOREIGN KEY (page_version_id) REFERENCES public.page_version(id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT fk_consent_event_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT fk_consent_event_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.consent_event
    ADD CONSTRAINT fk_consent_event_wording_id_purpose_id FOREIGN KEY (wording_id, purpose_id) REFERENCES public.wording(id, purpose_id);
ALTER TABLE ONLY public.contested_stop
    ADD CONSTRAINT fk_contested_stop_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery_batch
    ADD CONSTRAINT fk_delivery_batch_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_campaign_id_purpose_id FOREIGN KEY (campaign_id, purpose_id) REFERENCES public.campaign(id, purpose_id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_consent FOREIGN KEY (consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES public.consent_event(id, kind, subscriber_id, purpose_id);
ALTER TABLE ONLY public.delivery_control
    ADD CONSTRAINT fk_delivery_control_lifted_by_id FOREIGN KEY (lifted_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.delivery_erased
    ADD CONSTRAINT fk_delivery_erased_campaign_id FOREIGN KEY (campaign_id, batch) REFERENCES public.delivery_batch(campaign_id, number);
ALTER TABLE ONLY public.delivery_interval
    ADD CONSTRAINT fk_delivery_interval_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.departure
    ADD CONSTRAINT fk_departure_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.disclosure
    ADD CONSTRAINT fk_disclosure_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.disclosure
    ADD CONSTRAINT fk_disclosure_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id);
ALTER TABLE ONLY public.event_allowance
    ADD CONSTRAINT fk_event_allowance_created_by FOREIGN KEY (created_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.event_allowance
    ADD CONSTRAINT fk_event_allowance_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.form_source_count
    ADD CONSTRAINT fk_form_source_count_form_id_signup_form FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.import_evidence
    ADD CONSTRAINT fk_import_evidence_import_id FOREIGN KEY (import_id) REFERENCES public.list_import(id);
ALTER TABLE ONLY public.import_refusal
    ADD CONSTRAINT fk_import_refusal_import_id FOREIGN KEY (import_id) REFERENCES public.list_import(id);
ALTER TABLE ONLY public.import_seen
    ADD CONSTRAINT fk_import_seen_import_id FOREIGN KEY (import_id) REFERENCES public.list_import(id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_import_id_approved_by_id FOREIGN KEY (import_id, approved_by_id) REFERENCES public.list_import(id, approved_by_id);
ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT fk_invitation_letter_id FOREIGN KEY (letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.issue
    ADD CONSTRAINT fk_issue_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.issue
    ADD CONSTRAINT fk_issue_published_by FOREIGN KEY (published_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.issue
    ADD CONSTRAINT fk_issue_version_id FOREIGN KEY (version_id) REFERENCES public.campaign_version(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.kept_form
    ADD CONSTRAINT fk_kept_form_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.known_device
    ADD CONSTRAINT fk_known_device_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.list_answer
    ADD CONSTRAINT fk_list_answer_question FOREIGN KEY (question_id, mailing_list_id) REFERENCES public.list_question(id, mailing_list_id);
ALTER TABLE ONLY public.list_answer
    ADD CONSTRAINT fk_list_answer_subscriber_id FOREIGN KEY (subscriber_id, mailing_list_id) REFERENCES public.subscription(subscriber_id, mailing_list_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT fk_list_import_approved_by_id FOREIGN KEY (approved_by_id) REFERENCES public.organiser(id);
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT fk_list_import_imported_by_id FOREIGN KEY (imported_by_id) REFERENCES public.organiser(id);
ALTER TABLE ONLY public.list_import
    ADD CONSTRAINT fk_list_import_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.list_purpose
    ADD CONSTRAINT fk_list_purpose_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.list_purpose
    ADD CONSTRAINT fk_list_purpose_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.list_question
    ADD CONSTRAINT fk_list_question_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.list_territory
    ADD CONSTRAINT fk_list_territory_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.list_text
    ADD CONSTRAINT fk_list_text_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.list_thanks
    ADD CONSTRAINT fk_list_thanks_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT fk_mail_face_changed_by FOREIGN KEY (changed_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT fk_mail_face_icon_id FOREIGN KEY (icon_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT fk_mail_face_logo_id FOREIGN KEY (logo_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT fk_mail_face_picture_id FOREIGN KEY (picture_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.mail_face
    ADD CONSTRAINT fk_mail_face_share_id FOREIGN KEY (share_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.mailing_list
    ADD CONSTRAINT fk_mailing_list_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT fk_offer_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.openid_identity
    ADD CONSTRAINT fk_openid_identity_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organiser
    ADD CONSTRAINT fk_organiser_invitation_letter_id FOREIGN KEY (invitation_letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.organiser
    ADD CONSTRAINT fk_organiser_invited_by_id FOREIGN KEY (invited_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.organiser_list
    ADD CONSTRAINT fk_organiser_list_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organiser_list
    ADD CONSTRAINT fk_organiser_list_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organiser_role
    ADD CONSTRAINT fk_organiser_role_granted_by_id FOREIGN KEY (granted_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.organiser_role
    ADD CONSTRAINT fk_organiser_role_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.organiser_role
    ADD CONSTRAINT fk_organiser_role_role_id FOREIGN KEY (role_id) REFERENCES public.role(id);
ALTER TABLE ONLY public.page_version
    ADD CONSTRAINT fk_page_version_style_hash FOREIGN KEY (style_hash) REFERENCES public.page_style(content_hash);
ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT fk_passkey_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.password_reset
    ADD CONSTRAINT fk_password_reset_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.pending_erasure
    ADD CONSTRAINT fk_pending_erasure_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.picture
    ADD CONSTRAINT fk_picture_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.picture_use
    ADD CONSTRAINT fk_picture_use_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.picture_use
    ADD CONSTRAINT fk_picture_use_picture_id FOREIGN KEY (picture_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.purpose
    ADD CONSTRAINT fk_purpose_succeeds_id FOREIGN KEY (succeeds_id) REFERENCES public.purpose(id);
ALTER TABLE ONLY public.question_text
    ADD CONSTRAINT fk_question_text_question_id FOREIGN KEY (question_id) REFERENCES public.list_question(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT fk_recovery_code_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.refused_sign_in
    ADD CONSTRAINT fk_refused_sign_in_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.retention_change
    ADD CONSTRAINT fk_retention_change_category FOREIGN KEY (category) REFERENCES public.retention_rule(category);
ALTER TABLE ONLY public.retention_change
    ADD CONSTRAINT fk_retention_change_changed_by FOREIGN KEY (changed_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.retention_result
    ADD CONSTRAINT fk_retention_result_category FOREIGN KEY (category) REFERENCES public.retention_rule(category);
ALTER TABLE ONLY public.retention_result
    ADD CONSTRAINT fk_retention_result_run_id FOREIGN KEY (run_id) REFERENCES public.retention_run(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.right_request
    ADD CONSTRAINT fk_right_request_decided_by_id FOREIGN KEY (decided_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.right_request
    ADD CONSTRAINT fk_right_request_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.right_request
    ADD CONSTRAINT fk_right_request_requested_by_id FOREIGN KEY (requested_by_id) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.rights_case
    ADD CONSTRAINT fk_rights_case_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.rights_case
    ADD CONSTRAINT fk_rights_case_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.saved_text
    ADD CONSTRAINT fk_saved_text_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.saved_text
    ADD CONSTRAINT fk_saved_text_saved_by FOREIGN KEY (saved_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT fk_search_word_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_session
    ADD CONSTRAINT fk_sign_in_session_organiser_id FOREIGN KEY (organiser_id) REFERENCES public.organiser(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_answer
    ADD CONSTRAINT fk_signup_answer_question FOREIGN KEY (question_id, mailing_list_id) REFERENCES public.list_question(id, mailing_list_id);
ALTER TABLE ONLY public.signup_answer
    ADD CONSTRAINT fk_signup_answer_signup_request_id FOREIGN KEY (signup_request_id) REFERENCES public.signup_request(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_choice
    ADD CONSTRAINT fk_signup_choice_mailing_list_id_purpose_id FOREIGN KEY (mailing_list_id, purpose_id) REFERENCES public.list_purpose(mailing_list_id, purpose_id);
ALTER TABLE ONLY public.signup_choice
    ADD CONSTRAINT fk_signup_choice_signup_request_id FOREIGN KEY (signup_request_id) REFERENCES public.signup_request(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_choice
    ADD CONSTRAINT fk_signup_choice_wording_id_purpose_id FOREIGN KEY (wording_id, purpose_id) REFERENCES public.wording(id, purpose_id);
ALTER TABLE ONLY public.signup_form_count
    ADD CONSTRAINT fk_signup_form_count_form_id FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_form_list
    ADD CONSTRAINT fk_signup_form_list_form_id FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_form_list
    ADD CONSTRAINT fk_signup_form_list_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_form
    ADD CONSTRAINT fk_signup_form_picture_id FOREIGN KEY (picture_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.signup_form_question
    ADD CONSTRAINT fk_signup_form_question_form_id FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_form_question
    ADD CONSTRAINT fk_signup_form_question_question_id FOREIGN KEY (question_id) REFERENCES public.list_question(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_form_text
    ADD CONSTRAINT fk_signup_form_text_form_id FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.signup_hold
    ADD CONSTRAINT fk_signup_hold_ended_by FOREIGN KEY (ended_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT fk_signup_request_controller_id FOREIGN KEY (controller_id) REFERENCES public.controller(id);
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT fk_signup_request_form_id FOREIGN KEY (form_id) REFERENCES public.signup_form(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT fk_signup_request_letter_id FOREIGN KEY (letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT fk_signup_request_mailing_list_id FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.signup_request
    ADD CONSTRAINT fk_signup_request_page_version_id FOREIGN KEY (page_version_id) REFERENCES public.page_version(id);
ALTER TABLE ONLY public.source_count
    ADD CONSTRAINT fk_source_count_mailing_list_id_mailing_list FOREIGN KEY (mailing_list_id) REFERENCES public.mailing_list(id);
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT fk_subscriber_asking_letter_id FOREIGN KEY (asking_letter_id) REFERENCES public.letter(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT fk_subscriber_joined_event FOREIGN KEY (joined_event_id, joined_event_kind, id) REFERENCES public.consent_event(id, kind, subscriber_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT fk_subscription_consent FOREIGN KEY (consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES public.consent_event(id, kind, subscriber_id, purpose_id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT fk_subscription_mailing_list_id_purpose_id FOREIGN KEY (mailing_list_id, purpose_id) REFERENCES public.list_purpose(mailing_list_id, purpose_id);
ALTER TABLE ONLY public.subscription
    ADD CONSTRAINT fk_subscription_subscriber_id FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id);
ALTER TABLE ONLY public.team_text
    ADD CONSTRAINT fk_team_text_created_by FOREIGN KEY (created_by) REFERENCES public.organiser(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.team_text_picture
    ADD CONSTRAINT fk_team_text_picture_picture_id FOREIGN KEY (picture_id) REFERENCES public.picture(id);
ALTER TABLE ONLY public.team_text_picture
    ADD CONSTRAINT fk_team_text_picture_team_text_id FOREIGN KEY (team_text_id) REFERENCES public.team_text(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.wording
    ADD CONSTRAINT fk_wording_purpose_id FOREIGN KEY (purpose_id) REFERENCES public.purpose(id);
