CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE data_key (
	name VARCHAR(40) NOT NULL, 
	sealed BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_data_key PRIMARY KEY (name)
);
CREATE TABLE role (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	description VARCHAR(200), 
	permissions TEXT, 
	CONSTRAINT pk_role PRIMARY KEY (id), 
	CONSTRAINT uq_role_name UNIQUE (name)
);
CREATE TABLE wording (
	id INTEGER NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	version INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	text_hash VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_wording PRIMARY KEY (id), 
	CONSTRAINT fk_wording_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT uq_wording_id_purpose_id UNIQUE (id, purpose_id), 
	CONSTRAINT uq_wording_purpose_id_language_version UNIQUE (purpose_id, language, version)
);
CREATE TABLE suppression (
	address_mac BLOB NOT NULL, 
	scope VARCHAR(40) NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME, 
	CONSTRAINT pk_suppression PRIMARY KEY (address_mac, scope)
);
CREATE TABLE delivery_interval (
	campaign_id INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	accepted INTEGER NOT NULL, 
	"deferred" INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	uncertain INTEGER NOT NULL, 
	CONSTRAINT pk_delivery_interval PRIMARY KEY (campaign_id, started_at), 
	CONSTRAINT fk_delivery_interval_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
CREATE TABLE "purpose" (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	succeeds_id INTEGER, 
	CONSTRAINT pk_purpose PRIMARY KEY (id), 
	CONSTRAINT ck_purpose_kind CHECK (kind IN ('newsletter', 'targeting', 'measurement')), 
	CONSTRAINT uq_purpose_succeeds_id UNIQUE (succeeds_id), 
	CONSTRAINT fk_purpose_succeeds_id FOREIGN KEY(succeeds_id) REFERENCES purpose (id)
);
CREATE TABLE offer (
	purpose_id INTEGER NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_offer PRIMARY KEY (purpose_id), 
	CONSTRAINT fk_offer_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id)
);
CREATE TABLE list_purpose (
	purpose_id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_list_purpose PRIMARY KEY (purpose_id), 
	CONSTRAINT fk_list_purpose_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id), 
	CONSTRAINT fk_list_purpose_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT uq_list_purpose_mailing_list_id_purpose_id UNIQUE (mailing_list_id, purpose_id)
);
CREATE TABLE signup_choice (
	signup_request_id BIGINT NOT NULL, 
	mailing_list_id INTEGER, 
	purpose_id INTEGER NOT NULL, 
	wording_id INTEGER NOT NULL, 
	event_id BIGINT NOT NULL, 
	CONSTRAINT pk_signup_choice PRIMARY KEY (signup_request_id, purpose_id), 
	CONSTRAINT fk_signup_choice_mailing_list_id_purpose_id FOREIGN KEY(mailing_list_id, purpose_id) REFERENCES list_purpose (mailing_list_id, purpose_id), 
	CONSTRAINT fk_signup_choice_signup_request_id FOREIGN KEY(signup_request_id) REFERENCES signup_request (id) ON DELETE CASCADE, 
	CONSTRAINT fk_signup_choice_wording_id_purpose_id FOREIGN KEY(wording_id, purpose_id) REFERENCES wording (id, purpose_id)
);
CREATE TABLE "mailing_list" (
	id INTEGER NOT NULL, 
	slug VARCHAR(60) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	description VARCHAR(500) NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	closed_at DATETIME, sender_name VARCHAR(70) DEFAULT '' NOT NULL, reply_to VARCHAR(254) DEFAULT '' NOT NULL, language VARCHAR(5) DEFAULT 'fr' NOT NULL, position INTEGER DEFAULT '0' NOT NULL, is_offered_elsewhere BOOLEAN DEFAULT 1 NOT NULL, is_draft BOOLEAN DEFAULT 0 NOT NULL, asks_to_publish BOOLEAN DEFAULT 0 NOT NULL, is_indexed BOOLEAN DEFAULT 1 NOT NULL, time_zone VARCHAR(40) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_mailing_list PRIMARY KEY (id), 
	CONSTRAINT uq_mailing_list_slug UNIQUE (slug), 
	CONSTRAINT fk_mailing_list_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT uq_mailing_list_purpose_id UNIQUE (purpose_id)
);
CREATE TABLE log_entry (
	kind VARCHAR(20) NOT NULL, 
	record_id BIGINT NOT NULL, 
	commitment BLOB NOT NULL, 
	position BIGINT, 
	CONSTRAINT pk_log_entry PRIMARY KEY (kind, record_id)
);
CREATE TABLE log_tile (
	level INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	hashes BLOB NOT NULL, 
	CONSTRAINT pk_log_tile PRIMARY KEY (level, number)
);
CREATE TABLE log_head (
	size BIGINT NOT NULL, 
	root BLOB NOT NULL, 
	sealed_at DATETIME NOT NULL, 
	checkpoint TEXT NOT NULL, 
	CONSTRAINT pk_log_head PRIMARY KEY (size)
);
CREATE TABLE erasure (
	id BIGINT NOT NULL, 
	reason VARCHAR(20) NOT NULL, 
	records TEXT NOT NULL, 
	occurred_at DATETIME NOT NULL, 
	CONSTRAINT pk_erasure PRIMARY KEY (id), 
	CONSTRAINT ck_erasure_reason CHECK (reason IN ('asked', 'expired', 'replayed'))
);
CREATE TABLE restoration (
	id BIGINT NOT NULL, 
	lost_head TEXT NOT NULL, 
	replayed INTEGER NOT NULL, 
	occurred_at DATETIME NOT NULL, restored_size BIGINT NOT NULL, 
	CONSTRAINT pk_restoration PRIMARY KEY (id)
);
CREATE TABLE agreement (
	subscriber_id BIGINT NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	consent_event_id BIGINT NOT NULL, 
	consent_kind VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_agreement PRIMARY KEY (subscriber_id, purpose_id), 
	CONSTRAINT ck_agreement_confirmed CHECK (consent_kind IN ('confirmed', 'renewed')), 
	CONSTRAINT fk_agreement_consent FOREIGN KEY(consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES consent_event (id, kind, subscriber_id, purpose_id), 
	CONSTRAINT fk_agreement_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT fk_agreement_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id), 
	CONSTRAINT uq_agreement_consent_event_id UNIQUE (consent_event_id)
);
CREATE TABLE "subscription" (
	subscriber_id BIGINT NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	consent_event_id BIGINT NOT NULL, 
	consent_kind VARCHAR(20) NOT NULL, 
	subscribed_at DATETIME NOT NULL, welcomed_at DATETIME, 
	CONSTRAINT pk_subscription PRIMARY KEY (subscriber_id, mailing_list_id), 
	CONSTRAINT fk_subscription_consent FOREIGN KEY(consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES consent_event (id, kind, subscriber_id, purpose_id), 
	CONSTRAINT fk_subscription_mailing_list_id_purpose_id FOREIGN KEY(mailing_list_id, purpose_id) REFERENCES list_purpose (mailing_list_id, purpose_id), 
	CONSTRAINT uq_subscription_consent_event_id UNIQUE (consent_event_id), 
	CONSTRAINT fk_subscription_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id), 
	CONSTRAINT ck_subscription_confirmed CHECK (consent_kind IN ('confirmed', 'renewed'))
);
CREATE TABLE "delivery" (
	campaign_id INTEGER NOT NULL, 
	subscriber_id BIGINT NOT NULL, 
	batch INTEGER NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	consent_event_id BIGINT NOT NULL, 
	consent_kind VARCHAR(20) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_attempt_at DATETIME NOT NULL, 
	left_by VARCHAR(40), 
	settled_at DATETIME, 
	reply VARCHAR(40), 
	CONSTRAINT pk_delivery PRIMARY KEY (campaign_id, subscriber_id), 
	CONSTRAINT fk_delivery_consent FOREIGN KEY(consent_event_id, consent_kind, subscriber_id, purpose_id) REFERENCES consent_event (id, kind, subscriber_id, purpose_id), 
	CONSTRAINT fk_delivery_campaign_id_purpose_id FOREIGN KEY(campaign_id, purpose_id) REFERENCES campaign (id, purpose_id), 
	CONSTRAINT ck_delivery_status CHECK (status IN ('queued', 'accepted', 'deferred', 'refused', 'skipped', 'uncertain')), 
	CONSTRAINT ck_delivery_confirmed CHECK (consent_kind IN ('confirmed', 'renewed'))
);
CREATE TABLE import_evidence (
	import_id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	content_hash VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_import_evidence PRIMARY KEY (import_id), 
	CONSTRAINT fk_import_evidence_import_id FOREIGN KEY(import_id) REFERENCES list_import (id)
);
CREATE TABLE import_refusal (
	import_id INTEGER NOT NULL, 
	line INTEGER NOT NULL, 
	reason VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_import_refusal PRIMARY KEY (import_id, line), 
	CONSTRAINT fk_import_refusal_import_id FOREIGN KEY(import_id) REFERENCES list_import (id), 
	CONSTRAINT ck_import_refusal_reason CHECK (reason IN ('no_address', 'malformed', 'role', 'twice', 'on_list', 'had_left', 'may_not', 'too_many_columns', 'too_long', 'unreadable'))
)
 WITHOUT ROWID

;
CREATE TABLE import_seen (
	import_id INTEGER NOT NULL, 
	fingerprint BIGINT NOT NULL, 
	CONSTRAINT pk_import_seen PRIMARY KEY (import_id, fingerprint), 
	CONSTRAINT fk_import_seen_import_id FOREIGN KEY(import_id) REFERENCES list_import (id)
)
 WITHOUT ROWID

;
CREATE TABLE invitation (
	id BIGINT NOT NULL, 
	import_id INTEGER NOT NULL, 
	approved_by_id BIGINT NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	address VARCHAR(254) NOT NULL, 
	address_mac BLOB NOT NULL, 
	given_name VARCHAR(80), 
	language VARCHAR(5) NOT NULL, 
	letter_id BIGINT, 
	secret_hash BLOB, 
	asked_at DATETIME, 
	expires_at DATETIME, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT fk_invitation_import_id_approved_by_id FOREIGN KEY(import_id, approved_by_id) REFERENCES list_import (id, approved_by_id), 
	CONSTRAINT fk_invitation_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id) ON DELETE SET NULL, 
	CONSTRAINT uq_invitation_address_mac UNIQUE (address_mac), 
	CONSTRAINT ck_invitation_status CHECK (status IN ('waiting', 'leaving', 'sent'))
);
CREATE TABLE contested_stop (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	contests INTEGER NOT NULL, 
	accepted INTEGER NOT NULL, 
	occurred_at DATETIME NOT NULL, 
	CONSTRAINT pk_contested_stop PRIMARY KEY (id), 
	CONSTRAINT fk_contested_stop_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
);
CREATE TABLE address_change (
	id BIGINT NOT NULL, 
	subscriber_id BIGINT NOT NULL, 
	address VARCHAR(254) NOT NULL, 
	address_mac BLOB NOT NULL, 
	letter_id BIGINT, 
	token_hash BLOB NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_address_change PRIMARY KEY (id), 
	CONSTRAINT fk_address_change_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id) ON DELETE SET NULL, 
	CONSTRAINT fk_address_change_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE, 
	CONSTRAINT uq_address_change_token_hash UNIQUE (token_hash)
);
CREATE TABLE pending_erasure (
	subscriber_id BIGINT NOT NULL, 
	reason VARCHAR(20) NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_pending_erasure PRIMARY KEY (subscriber_id), 
	CONSTRAINT ck_pending_erasure_reason CHECK (reason IN ('asked', 'expired', 'replayed')), 
	CONSTRAINT fk_pending_erasure_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE
);
CREATE TABLE delivery_erased (
	campaign_id INTEGER NOT NULL, 
	batch INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	mails INTEGER NOT NULL, 
	CONSTRAINT pk_delivery_erased PRIMARY KEY (campaign_id, batch, status), 
	CONSTRAINT ck_delivery_erased_status CHECK (status IN ('queued', 'accepted', 'deferred', 'refused', 'skipped', 'uncertain')), 
	CONSTRAINT fk_delivery_erased_campaign_id FOREIGN KEY(campaign_id, batch) REFERENCES delivery_batch (campaign_id, number)
);
CREATE TABLE asking (
	purpose_id INTEGER NOT NULL, 
	asked_up_to BIGINT NOT NULL, 
	due_at DATETIME NOT NULL, 
	started_at DATETIME NOT NULL, 
	stopped_at DATETIME, text_hash VARCHAR(64), 
	CONSTRAINT pk_asking PRIMARY KEY (purpose_id), 
	CONSTRAINT fk_asking_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id)
);
CREATE TABLE retention_rule (
	category VARCHAR(40) NOT NULL, 
	days INTEGER, 
	basis TEXT NOT NULL, 
	note TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_retention_rule PRIMARY KEY (category), 
	CONSTRAINT ck_retention_rule_days CHECK (days > 0)
);
CREATE TABLE retention_change (
	id BIGINT NOT NULL, 
	category VARCHAR(40) NOT NULL, 
	days_before INTEGER NOT NULL, 
	days_after INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	changed_by BIGINT, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_retention_change PRIMARY KEY (id), 
	CONSTRAINT fk_retention_change_category FOREIGN KEY(category) REFERENCES retention_rule (category), 
	CONSTRAINT fk_retention_change_changed_by FOREIGN KEY(changed_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE retention_run (
	id BIGINT NOT NULL, 
	is_round BOOLEAN NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_retention_run PRIMARY KEY (id)
);
CREATE TABLE retention_result (
	run_id BIGINT NOT NULL, 
	category VARCHAR(40) NOT NULL, 
	looked_at INTEGER NOT NULL, 
	deleted INTEGER NOT NULL, 
	asked INTEGER NOT NULL, 
	errors INTEGER NOT NULL, 
	CONSTRAINT pk_retention_result PRIMARY KEY (run_id, category), 
	CONSTRAINT fk_retention_result_run_id FOREIGN KEY(run_id) REFERENCES retention_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_retention_result_category FOREIGN KEY(category) REFERENCES retention_rule (category)
);
CREATE TABLE "subscriber" (
	id BIGINT NOT NULL, 
	address VARCHAR(254) NOT NULL, 
	address_key VARCHAR(254) NOT NULL, 
	address_mac BLOB NOT NULL, 
	given_name VARCHAR(80), 
	language VARCHAR(5) NOT NULL, 
	created_at DATETIME NOT NULL, 
	joined_event_id BIGINT NOT NULL, 
	joined_event_kind VARCHAR(20) NOT NULL, 
	acted_at DATETIME NOT NULL, 
	asked_again_at DATETIME, 
	paused_until DATETIME, 
	restricted_at DATETIME, 
	log_salt BLOB NOT NULL, 
	asking_letter_id BIGINT, postcode VARCHAR(5), 
	CONSTRAINT pk_subscriber PRIMARY KEY (id), 
	CONSTRAINT uq_subscriber_joined_event_id UNIQUE (joined_event_id), 
	CONSTRAINT fk_subscriber_joined_event FOREIGN KEY(joined_event_id, joined_event_kind, id) REFERENCES consent_event (id, kind, subscriber_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT ck_subscriber_joined_by_confirming CHECK (joined_event_kind = 'confirmed'), 
	CONSTRAINT uq_subscriber_address_key UNIQUE (address_key), 
	CONSTRAINT uq_subscriber_address_mac UNIQUE (address_mac), 
	CONSTRAINT fk_subscriber_asking_letter_id FOREIGN KEY(asking_letter_id) REFERENCES letter (id) ON DELETE SET NULL
);
CREATE TABLE "disclosure" (
	id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	subscriber_id BIGINT, 
	asked_by VARCHAR(254) NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	people INTEGER NOT NULL, 
	occurred_at DATETIME NOT NULL, 
	mailing_list_id INTEGER, 
	CONSTRAINT pk_disclosure PRIMARY KEY (id), 
	CONSTRAINT ck_disclosure_kind CHECK (kind IN ('evidence', 'access', 'export')), 
	CONSTRAINT fk_disclosure_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id), 
	CONSTRAINT ck_disclosure_of_a_list CHECK (kind = 'export' OR mailing_list_id IS NULL), 
	CONSTRAINT fk_disclosure_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id), 
	CONSTRAINT ck_disclosure_of_somebody CHECK (kind = 'evidence' OR (kind = 'export') = (subscriber_id IS NULL))
);
CREATE TABLE controller (
	id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	contact TEXT NOT NULL, 
	data_protection_officer TEXT NOT NULL, 
	first_used_at DATETIME NOT NULL, 
	CONSTRAINT pk_controller PRIMARY KEY (id), 
	CONSTRAINT uq_controller_name_address_contact_data_protection_officer UNIQUE (name, address, contact, data_protection_officer)
);
CREATE TABLE machine (
	name VARCHAR(32) NOT NULL, 
	seen_at DATETIME NOT NULL, 
	keys TEXT NOT NULL, 
	CONSTRAINT pk_machine PRIMARY KEY (name)
);
CREATE TABLE log_rule (
	id BIGINT NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_log_rule PRIMARY KEY (id)
);
CREATE TABLE "case_entry" (
	id BIGINT NOT NULL, 
	case_id BIGINT NOT NULL, 
	act VARCHAR(20) NOT NULL, 
	text TEXT, 
	made_by BIGINT, 
	made_at DATETIME NOT NULL, 
	letter_id BIGINT, 
	CONSTRAINT pk_case_entry PRIMARY KEY (id), 
	CONSTRAINT ck_case_entry_act CHECK (act IN ('noted', 'extended', 'reminded', 'reminded-last', 'closed')), 
	CONSTRAINT fk_case_entry_case_id FOREIGN KEY(case_id) REFERENCES rights_case (id) ON DELETE CASCADE, 
	CONSTRAINT fk_case_entry_made_by FOREIGN KEY(made_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_case_entry_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id) ON DELETE SET NULL
);
CREATE TABLE "delivery_batch" (
	campaign_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	due_at DATETIME, 
	claimed_at DATETIME, 
	claimed_by VARCHAR(40), 
	revoked_at DATETIME, 
	accepted INTEGER NOT NULL, 
	"deferred" INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	skipped INTEGER NOT NULL, 
	uncertain INTEGER NOT NULL, 
	cancelled INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_delivery_batch PRIMARY KEY (campaign_id, number), 
	CONSTRAINT ck_delivery_batch_adds_up CHECK (accepted >= 0 AND deferred >= 0 AND refused >= 0 AND skipped >= 0 AND uncertain >= 0 AND accepted + deferred + refused + skipped + uncertain <= size), 
	CONSTRAINT fk_delivery_batch_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT ck_delivery_batch_cancelled CHECK (cancelled >= 0 AND cancelled <= skipped)
);
CREATE TABLE kept_form (
	id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	kept_at DATETIME NOT NULL, 
	CONSTRAINT pk_kept_form PRIMARY KEY (id), 
	CONSTRAINT fk_kept_form_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE journal_gap (
	id BIGINT NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_journal_gap PRIMARY KEY (id)
);
CREATE TABLE page_style (
	content_hash VARCHAR(64) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_page_style PRIMARY KEY (content_hash)
);
CREATE TABLE "page_version" (
	id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	content BLOB NOT NULL, 
	content_hash VARCHAR(64) NOT NULL, 
	first_used_at DATETIME NOT NULL, 
	style_hash VARCHAR(64), 
	CONSTRAINT pk_page_version PRIMARY KEY (id), 
	CONSTRAINT uq_page_version_content_hash UNIQUE (content_hash), 
	CONSTRAINT fk_page_version_style_hash FOREIGN KEY(style_hash) REFERENCES page_style (content_hash)
);
CREATE TABLE audit_event (
	id BIGINT NOT NULL, 
	act VARCHAR(60) NOT NULL, 
	actor_kind VARCHAR(20) NOT NULL, 
	account_id BIGINT, 
	actor_name VARCHAR(64), 
	network_mac BLOB, 
	object_id BIGINT, 
	details TEXT NOT NULL, 
	occurred_at DATETIME NOT NULL, 
	CONSTRAINT pk_audit_event PRIMARY KEY (id), 
	CONSTRAINT ck_audit_event_actor_kind CHECK (actor_kind IN ('account', 'command', 'worker', 'visitor')), 
	CONSTRAINT fk_audit_event_account_id FOREIGN KEY(account_id) REFERENCES organiser (id)
);
CREATE TABLE organiser_list (
	organiser_id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	CONSTRAINT pk_organiser_list PRIMARY KEY (organiser_id, mailing_list_id), 
	CONSTRAINT fk_organiser_list_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT fk_organiser_list_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id) ON DELETE CASCADE
);
CREATE TABLE passkey (
	id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	credential_id BLOB NOT NULL, 
	public_key BLOB NOT NULL, 
	sign_count BIGINT NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	is_synced BOOLEAN NOT NULL, 
	added_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	CONSTRAINT pk_passkey PRIMARY KEY (id), 
	CONSTRAINT fk_passkey_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
);
CREATE TABLE used_challenge (
	challenge_hash BLOB NOT NULL, 
	used_at DATETIME NOT NULL, 
	CONSTRAINT pk_used_challenge PRIMARY KEY (challenge_hash)
);
CREATE TABLE authenticator_app (
	organiser_id BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	last_step BIGINT NOT NULL, 
	failures INTEGER NOT NULL, 
	blocked_until DATETIME, 
	added_at DATETIME NOT NULL, 
	last_used_at DATETIME, 
	CONSTRAINT pk_authenticator_app PRIMARY KEY (organiser_id), 
	CONSTRAINT fk_authenticator_app_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE recovery_code (
	id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	code_hash BLOB NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_code_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE openid_identity (
	organiser_id BIGINT NOT NULL, 
	issuer VARCHAR(500) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_openid_identity PRIMARY KEY (organiser_id), 
	CONSTRAINT fk_openid_identity_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT uq_openid_identity_issuer_subject UNIQUE (issuer, subject)
);
CREATE TABLE attempt_count (
	key_mac BLOB NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_at DATETIME NOT NULL, 
	blocked_until DATETIME, 
	forgotten_at DATETIME NOT NULL, 
	CONSTRAINT pk_attempt_count PRIMARY KEY (key_mac)
);
CREATE TABLE sign_in_session (
	id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	secret_hash BLOB NOT NULL, 
	begun_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	confirmed_at DATETIME NOT NULL, 
	network_mac BLOB NOT NULL, 
	browser VARCHAR(60) NOT NULL, 
	methods VARCHAR(60) NOT NULL, 
	CONSTRAINT pk_sign_in_session PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_session_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT uq_sign_in_session_secret_hash UNIQUE (secret_hash)
);
CREATE TABLE known_device (
	organiser_id BIGINT NOT NULL, 
	network_mac BLOB NOT NULL, 
	browser VARCHAR(60) NOT NULL, 
	used_at DATETIME NOT NULL, 
	CONSTRAINT pk_known_device PRIMARY KEY (organiser_id, network_mac, browser), 
	CONSTRAINT fk_known_device_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE refused_sign_in (
	key_mac BLOB NOT NULL, 
	organiser_id BIGINT, 
	network VARCHAR(50) NOT NULL, 
	begun_at DATETIME NOT NULL, 
	compared INTEGER NOT NULL, 
	limited INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	CONSTRAINT pk_refused_sign_in PRIMARY KEY (key_mac), 
	CONSTRAINT fk_refused_sign_in_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE password_reset (
	id BIGINT NOT NULL, 
	sealed BLOB, 
	organiser_id BIGINT, 
	secret_hash BLOB, 
	requested_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_password_reset PRIMARY KEY (id), 
	CONSTRAINT fk_password_reset_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE "organiser" (
	id INTEGER NOT NULL, 
	email VARCHAR(254) NOT NULL, 
	password VARCHAR(255), 
	active BOOLEAN NOT NULL, 
	fs_uniquifier VARCHAR(64) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	invited_at DATETIME NOT NULL, 
	welcomed_at DATETIME, 
	invitation_letter_id BIGINT, 
	last_invited_at DATETIME, 
	invitations INTEGER DEFAULT '1' NOT NULL, 
	is_address_unproved BOOLEAN DEFAULT 0 NOT NULL, 
	tested_on DATE, 
	tests INTEGER DEFAULT '0' NOT NULL, 
	is_limited BOOLEAN DEFAULT 0 NOT NULL, 
	name VARCHAR(80), 
	invited_by_id INTEGER, 
	was_owner BOOLEAN DEFAULT 0 NOT NULL, disabled_at DATETIME, anonymised_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_organiser_email UNIQUE (email), 
	CONSTRAINT fk_organiser_invitation_letter_id FOREIGN KEY(invitation_letter_id) REFERENCES letter (id) ON DELETE SET NULL, 
	CONSTRAINT uq_organiser_fs_uniquifier UNIQUE (fs_uniquifier), 
	CONSTRAINT fk_organiser_invited_by_id FOREIGN KEY(invited_by_id) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE "organiser_role" (
	organiser_id INTEGER NOT NULL, 
	role_id INTEGER NOT NULL, 
	granted_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, 
	granted_by_id INTEGER, 
	CONSTRAINT pk_organiser_role PRIMARY KEY (organiser_id, role_id), 
	CONSTRAINT fk_organiser_role_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT fk_organiser_role_role_id FOREIGN KEY(role_id) REFERENCES role (id), 
	CONSTRAINT fk_organiser_role_granted_by_id FOREIGN KEY(granted_by_id) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE right_request (
	id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	requested_by_id BIGINT, 
	requested_at DATETIME NOT NULL, 
	decided_by_id BIGINT, 
	decided_at DATETIME, 
	CONSTRAINT pk_right_request PRIMARY KEY (id), 
	CONSTRAINT ck_right_request_role CHECK (role IN ('owner', 'organiser', 'dpo', 'exporter', 'approver')), 
	CONSTRAINT ck_right_request_status CHECK (status IN ('open', 'granted', 'declined', 'withdrawn', 'lapsed')), 
	CONSTRAINT fk_right_request_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE, 
	CONSTRAINT fk_right_request_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_right_request_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE search_word (
	word VARCHAR(64) NOT NULL, 
	subscriber_id BIGINT NOT NULL, 
	CONSTRAINT pk_search_word PRIMARY KEY (word, subscriber_id), 
	CONSTRAINT fk_search_word_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
CREATE TABLE "departure" (
	id BIGINT NOT NULL, 
	subscriber_id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	token_hash BLOB, 
	left_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	undone_at DATETIME, 
	CONSTRAINT pk_departure PRIMARY KEY (id), 
	CONSTRAINT fk_departure_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE, 
	CONSTRAINT uq_departure_token_hash UNIQUE (token_hash), 
	CONSTRAINT ck_departure_kind CHECK (kind IN ('unsubscribed', 'disputed', 'on-behalf'))
);
CREATE TABLE "rights_case" (
	id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	subscriber_id BIGINT, 
	campaign_id INTEGER, 
	received_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	extended_at DATETIME, 
	extension_reason TEXT, 
	closed_at DATETIME, 
	outcome TEXT, 
	note TEXT, 
	CONSTRAINT pk_rights_case PRIMARY KEY (id), 
	CONSTRAINT ck_rights_case_kind CHECK (kind IN ('access', 'rectification', 'erasure', 'restriction', 'portability', 'objection', 'contested', 'complaint')), 
	CONSTRAINT fk_rights_case_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE SET NULL, 
	CONSTRAINT ck_rights_case_extended_with_a_reason CHECK ((extended_at IS NULL) = (extension_reason IS NULL)), 
	CONSTRAINT ck_rights_case_closed_with_an_outcome CHECK ((closed_at IS NULL) = (outcome IS NULL)), 
	CONSTRAINT fk_rights_case_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE SET NULL, 
	CONSTRAINT ck_rights_case_channel CHECK (channel IN ('page', 'mail', 'post', 'phone', 'in-person'))
);
CREATE TABLE campaign_version (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	content TEXT NOT NULL, 
	asked_by BIGINT, 
	asked_at DATETIME NOT NULL, 
	approved_by BIGINT, 
	approved_at DATETIME, 
	approved_audience INTEGER, 
	ended_by BIGINT, 
	ended_at DATETIME, 
	ended_because VARCHAR(20), 
	remarks VARCHAR(2000), 
	CONSTRAINT pk_campaign_version PRIMARY KEY (id), 
	CONSTRAINT ck_campaign_version_ended_because CHECK (ended_because IN ('rejected', 'withdrawn', 'changed', 'restored')), 
	CONSTRAINT fk_campaign_version_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_campaign_version_asked_by FOREIGN KEY(asked_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaign_version_approved_by FOREIGN KEY(approved_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaign_version_ended_by FOREIGN KEY(ended_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_campaign_version_campaign_id_number UNIQUE (campaign_id, number)
);
CREATE TABLE approval_rule (
	id INTEGER NOT NULL, 
	alone_up_to INTEGER NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by BIGINT, 
	CONSTRAINT pk_approval_rule PRIMARY KEY (id), 
	CONSTRAINT ck_approval_rule_only_one CHECK (id = 1), 
	CONSTRAINT ck_approval_rule_alone_up_to CHECK (alone_up_to >= 0), 
	CONSTRAINT fk_approval_rule_changed_by FOREIGN KEY(changed_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE "list_import" (
	id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	imported_by_id BIGINT NOT NULL, 
	approved_by_id BIGINT, 
	file_name VARCHAR(120) NOT NULL, 
	file_key VARCHAR(40) NOT NULL, 
	file_hash VARCHAR(64) NOT NULL, 
	file_bytes BIGINT NOT NULL, 
	delimiter VARCHAR(1) NOT NULL, 
	header JSON NOT NULL, 
	format VARCHAR(20) NOT NULL, 
	address_column INTEGER, 
	name_column INTEGER, 
	language_column INTEGER, 
	way VARCHAR(20), 
	collected_by VARCHAR(120), 
	collected_from INTEGER, 
	collected_until INTEGER, 
	statement TEXT, 
	"offset" BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	refusals JSON NOT NULL, 
	rows INTEGER NOT NULL, 
	fitting INTEGER NOT NULL, 
	invited INTEGER NOT NULL, 
	asked INTEGER NOT NULL, 
	skipped INTEGER NOT NULL, 
	refused INTEGER NOT NULL, 
	confirmed INTEGER NOT NULL, 
	declined INTEGER NOT NULL, 
	unanswered INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	asked_in_day INTEGER NOT NULL, 
	tried INTEGER NOT NULL, 
	refused_lately INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	worked_at DATETIME, 
	checked_at DATETIME, 
	approved_at DATETIME, 
	asking_since DATETIME, 
	held_at DATETIME, 
	ended_at DATETIME, 
	most_invited INTEGER, 
	hold_reason VARCHAR(20), 
	answers_before JSON NOT NULL, 
	CONSTRAINT pk_list_import PRIMARY KEY (id), 
	CONSTRAINT fk_list_import_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES organiser (id), 
	CONSTRAINT ck_list_import_provenance_is_stated CHECK (status IN ('draft', 'cancelled') OR (way IS NOT NULL AND collected_by IS NOT NULL AND collected_from IS NOT NULL AND collected_until IS NOT NULL AND statement IS NOT NULL AND address_column IS NOT NULL)), 
	CONSTRAINT ck_list_import_way CHECK (way IN ('site', 'paper', 'event', 'petition', 'members')), 
	CONSTRAINT ck_list_import_status CHECK (status IN ('draft', 'checking', 'checked', 'waiting', 'making', 'asking', 'held', 'done', 'cancelled')), 
	CONSTRAINT fk_list_import_imported_by_id FOREIGN KEY(imported_by_id) REFERENCES organiser (id), 
	CONSTRAINT uq_list_import_id_approved_by_id UNIQUE (id, approved_by_id), 
	CONSTRAINT ck_list_import_hold_reason CHECK (hold_reason IN ('rejected', 'few_accept', 'many_decline', 'restored')), 
	CONSTRAINT ck_list_import_approved_before_asking CHECK (status NOT IN ('making', 'asking', 'held', 'done') OR approved_by_id IS NOT NULL), 
	CONSTRAINT ck_list_import_format CHECK (format IN ('mailchimp', 'listmonk', 'phplist', 'mailman', 'other')), 
	CONSTRAINT uq_list_import_file_key UNIQUE (file_key), 
	CONSTRAINT ck_list_import_approved_by_another CHECK (approved_by_id <> imported_by_id), 
	CONSTRAINT fk_list_import_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id)
);
CREATE TABLE consent_count (
	wording_id INTEGER NOT NULL, 
	change_id BIGINT NOT NULL, 
	people INTEGER NOT NULL, 
	CONSTRAINT pk_consent_count PRIMARY KEY (wording_id, change_id)
);
CREATE TABLE event_count (
	day DATE NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	page_version_id INTEGER NOT NULL, 
	change_id BIGINT NOT NULL, 
	events INTEGER NOT NULL, 
	CONSTRAINT pk_event_count PRIMARY KEY (day, purpose_id, kind, page_version_id, change_id)
);
CREATE TABLE former_count (
	mailing_list_id INTEGER NOT NULL, 
	change_id BIGINT NOT NULL, 
	people INTEGER NOT NULL, 
	CONSTRAINT pk_former_count PRIMARY KEY (mailing_list_id, change_id)
);
CREATE TABLE people_count (
	counted VARCHAR(20) NOT NULL, 
	change_id BIGINT NOT NULL, 
	people INTEGER NOT NULL, 
	CONSTRAINT pk_people_count PRIMARY KEY (counted, change_id)
);
CREATE TABLE breach (
	id BIGINT NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	discovered_at DATETIME NOT NULL, 
	authority_told_at DATETIME, 
	recorded_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_breach PRIMARY KEY (id), 
	CONSTRAINT ck_breach_status CHECK (status IN ('open', 'notified', 'not-notifiable', 'closed')), 
	CONSTRAINT ck_breach_notified_at_a_time CHECK (status <> 'notified' OR authority_told_at IS NOT NULL), 
	CONSTRAINT ck_breach_closed_at_a_time CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE TABLE breach_entry (
	id BIGINT NOT NULL, 
	breach_id BIGINT NOT NULL, 
	act VARCHAR(20) NOT NULL, 
	fact VARCHAR(20), 
	text TEXT, 
	made_by BIGINT, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_breach_entry PRIMARY KEY (id), 
	CONSTRAINT ck_breach_entry_act CHECK (act IN ('opened', 'stated', 'noted', 'notified', 'delay-explained', 'dismissed', 'people-told', 'people-not-told', 'people-chosen', 'people-emptied', 'notice-written', 'notice-approved', 'notice-voided', 'notice-sent', 'alarmed', 'overdue', 'closed', 'reopened')), 
	CONSTRAINT ck_breach_entry_fact CHECK (fact IN ('what-happened', 'discovered', 'nature', 'people', 'people-count', 'data', 'record-count', 'consequences', 'measures', 'processor')), 
	CONSTRAINT ck_breach_entry_states_a_fact CHECK ((act = 'stated') = (fact IS NOT NULL)), 
	CONSTRAINT fk_breach_entry_breach_id FOREIGN KEY(breach_id) REFERENCES breach (id), 
	CONSTRAINT fk_breach_entry_made_by FOREIGN KEY(made_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE breach_person (
	breach_id BIGINT NOT NULL, 
	address_mac BLOB NOT NULL, 
	subscriber_id BIGINT, 
	added_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	is_written BOOLEAN NOT NULL, 
	letter_id BIGINT, 
	CONSTRAINT pk_breach_person PRIMARY KEY (breach_id, address_mac), 
	CONSTRAINT ck_breach_person_written_at_a_time CHECK (NOT is_written OR settled_at IS NOT NULL), 
	CONSTRAINT fk_breach_person_breach_id FOREIGN KEY(breach_id) REFERENCES breach (id), 
	CONSTRAINT fk_breach_person_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE, 
	CONSTRAINT fk_breach_person_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id) ON DELETE SET NULL, 
	CONSTRAINT uq_breach_person_breach_id_subscriber_id UNIQUE (breach_id, subscriber_id)
);
CREATE TABLE breach_notice (
	breach_id BIGINT NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	content TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	written_by_id BIGINT, 
	written_at DATETIME NOT NULL, 
	approved_by_id BIGINT, 
	approved_at DATETIME, 
	people INTEGER, 
	finished_at DATETIME, 
	CONSTRAINT pk_breach_notice PRIMARY KEY (breach_id), 
	CONSTRAINT ck_breach_notice_status CHECK (status IN ('awaiting-approval', 'sending', 'sent')), 
	CONSTRAINT ck_breach_notice_approved_before_sending CHECK (status = 'awaiting-approval' OR approved_at IS NOT NULL), 
	CONSTRAINT ck_breach_notice_approved_by_another CHECK (approved_by_id <> written_by_id), 
	CONSTRAINT fk_breach_notice_breach_id FOREIGN KEY(breach_id) REFERENCES breach (id), 
	CONSTRAINT fk_breach_notice_written_by_id FOREIGN KEY(written_by_id) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_breach_notice_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE picture (
	id BIGINT NOT NULL, 
	name VARCHAR(22) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	format VARCHAR(20) NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	octets INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	description VARCHAR(500) NOT NULL, 
	is_decoration BOOLEAN NOT NULL, 
	uploaded_by BIGINT, 
	uploaded_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	CONSTRAINT pk_picture PRIMARY KEY (id), 
	CONSTRAINT fk_picture_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_picture_hash UNIQUE (hash), 
	CONSTRAINT uq_picture_name UNIQUE (name), 
	CONSTRAINT ck_picture_format CHECK (format IN ('jpg', 'png'))
);
CREATE TABLE picture_use (
	campaign_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	picture_id BIGINT NOT NULL, 
	CONSTRAINT pk_picture_use PRIMARY KEY (campaign_id, version, picture_id), 
	CONSTRAINT fk_picture_use_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_picture_use_picture_id FOREIGN KEY(picture_id) REFERENCES picture (id)
);
CREATE TABLE "campaign" (
	id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	audience INTEGER, 
	created_by BIGINT, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	launched_at DATETIME, 
	finished_at DATETIME, 
	trouble VARCHAR(60), 
	trouble_at DATETIME, 
	restored_at DATETIME, 
	recent_answers INTEGER DEFAULT '0' NOT NULL, 
	recent_refusals INTEGER DEFAULT '0' NOT NULL, 
	recent_refusals_of_us INTEGER DEFAULT '0' NOT NULL, 
	revision INTEGER DEFAULT '1' NOT NULL, 
	updated_by BIGINT, 
	preheader VARCHAR(200) DEFAULT ('') NOT NULL, 
	document TEXT, 
	trashed_at DATETIME, 
	trashed_by BIGINT, internal_name VARCHAR(120) DEFAULT '' NOT NULL, left_out INTEGER DEFAULT '0' NOT NULL, audience_check_began_at DATETIME, audience_checked_at DATETIME, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_updated_by FOREIGN KEY(updated_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaign_trashed_by FOREIGN KEY(trashed_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_campaign_id_purpose_id UNIQUE (id, purpose_id), 
	CONSTRAINT ck_campaign_trashed CHECK ((status = 'trashed') = (trashed_at IS NOT NULL)), 
	CONSTRAINT fk_campaign_mailing_list_id_purpose_id FOREIGN KEY(mailing_list_id, purpose_id) REFERENCES list_purpose (mailing_list_id, purpose_id), 
	CONSTRAINT fk_campaign_created_by FOREIGN KEY(created_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT ck_campaign_status CHECK (status IN ('draft', 'awaiting_approval', 'approved', 'running', 'paused', 'sent', 'cancelled', 'trashed'))
);
CREATE TABLE saved_text (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	preheader VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	document TEXT, 
	saved_by BIGINT, 
	begun_at DATETIME NOT NULL, 
	saved_at DATETIME NOT NULL, 
	name VARCHAR(80) DEFAULT '' NOT NULL, 
	version INTEGER, 
	restored_number INTEGER, 
	CONSTRAINT pk_saved_text PRIMARY KEY (id), 
	CONSTRAINT fk_saved_text_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_saved_text_saved_by FOREIGN KEY(saved_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_saved_text_campaign_id_number UNIQUE (campaign_id, number)
);
CREATE TABLE asked_link (
	url_hash VARCHAR(64) NOT NULL, 
	asked_at DATETIME NOT NULL, 
	outcome VARCHAR(20), 
	http_status INTEGER, 
	CONSTRAINT pk_asked_link PRIMARY KEY (url_hash), 
	CONSTRAINT ck_asked_link_outcome CHECK (outcome IN ('answered', 'gone', 'troubled', 'unknown_host', 'unreachable', 'insecure', 'not_public'))
);
CREATE TABLE team_text (
	id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	preheader VARCHAR(200) NOT NULL, 
	document TEXT NOT NULL, 
	created_by BIGINT, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_team_text PRIMARY KEY (id), 
	CONSTRAINT fk_team_text_created_by FOREIGN KEY(created_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_team_text_kind_name UNIQUE (kind, name), 
	CONSTRAINT ck_team_text_kind CHECK (kind IN ('template', 'piece'))
);
CREATE TABLE team_text_picture (
	team_text_id BIGINT NOT NULL, 
	picture_id BIGINT NOT NULL, 
	CONSTRAINT pk_team_text_picture PRIMARY KEY (team_text_id, picture_id), 
	CONSTRAINT fk_team_text_picture_team_text_id FOREIGN KEY(team_text_id) REFERENCES team_text (id) ON DELETE CASCADE, 
	CONSTRAINT fk_team_text_picture_picture_id FOREIGN KEY(picture_id) REFERENCES picture (id)
);
CREATE TABLE campaign_comment (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	parent_id BIGINT, 
	block_id VARCHAR(40), 
	quote VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	author_id BIGINT, 
	created_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	resolved_at DATETIME, 
	resolved_by BIGINT, 
	CONSTRAINT pk_campaign_comment PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_comment_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_campaign_comment_parent_id FOREIGN KEY(parent_id) REFERENCES campaign_comment (id) ON DELETE CASCADE, 
	CONSTRAINT fk_campaign_comment_author_id FOREIGN KEY(author_id) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaign_comment_resolved_by FOREIGN KEY(resolved_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE comment_mention (
	comment_id BIGINT NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	told_at DATETIME, 
	CONSTRAINT pk_comment_mention PRIMARY KEY (comment_id, organiser_id), 
	CONSTRAINT fk_comment_mention_comment_id FOREIGN KEY(comment_id) REFERENCES campaign_comment (id) ON DELETE CASCADE, 
	CONSTRAINT fk_comment_mention_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE campaign_presence (
	campaign_id INTEGER NOT NULL, 
	organiser_id BIGINT NOT NULL, 
	seen_at DATETIME NOT NULL, 
	typed_at DATETIME, 
	CONSTRAINT pk_campaign_presence PRIMARY KEY (campaign_id, organiser_id), 
	CONSTRAINT fk_campaign_presence_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_campaign_presence_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE CASCADE
);
CREATE TABLE "campaign_test" (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	organiser_id BIGINT, 
	sent_at DATETIME NOT NULL, 
	sent_by BIGINT, 
	CONSTRAINT pk_campaign_test PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_test_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaign_test_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_campaign_test_sent_by FOREIGN KEY(sent_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE site_edition (
	id INTEGER NOT NULL, 
	value VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_site_edition PRIMARY KEY (id), 
	CONSTRAINT ck_site_edition_only_one CHECK (id = 1)
);
CREATE TABLE list_text (
	mailing_list_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	description VARCHAR(500) NOT NULL, 
	CONSTRAINT pk_list_text PRIMARY KEY (mailing_list_id, language), 
	CONSTRAINT ck_list_text_has_a_name CHECK (name <> ''), 
	CONSTRAINT fk_list_text_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id) ON DELETE CASCADE
);
CREATE TABLE source_count (
	mailing_list_id INTEGER NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	requests INTEGER NOT NULL, 
	CONSTRAINT pk_source_count PRIMARY KEY (mailing_list_id, source, day), 
	CONSTRAINT fk_source_count_mailing_list_id_mailing_list FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id)
);
CREATE TABLE request_count (
	key_mac BLOB NOT NULL, 
	requests INTEGER NOT NULL, 
	ends_at DATETIME NOT NULL, 
	CONSTRAINT pk_request_count PRIMARY KEY (key_mac)
);
CREATE TABLE "mail_face" (
	id INTEGER NOT NULL, 
	accent VARCHAR(7) NOT NULL, 
	accent_words VARCHAR(7) NOT NULL, 
	stripe VARCHAR(7) NOT NULL, 
	alignment VARCHAR(20) NOT NULL, 
	shows_name BOOLEAN NOT NULL, 
	logo_id BIGINT, 
	logo_file VARCHAR(30), 
	logo_width INTEGER, 
	logo_height INTEGER, 
	logo_alt VARCHAR(100) NOT NULL, 
	links TEXT NOT NULL, 
	postal_address VARCHAR(300) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by BIGINT, 
	picture_id BIGINT, 
	share_id BIGINT, 
	icon_id BIGINT, 
	picture_file VARCHAR(30), 
	picture_width INTEGER, 
	picture_height INTEGER, 
	share_file VARCHAR(30), 
	share_width INTEGER, 
	share_height INTEGER, 
	picture_alt VARCHAR(100) DEFAULT '' NOT NULL, 
	picture_in_mails BOOLEAN DEFAULT 0 NOT NULL, 
	share_words TEXT DEFAULT '{}' NOT NULL, 
	icon BLOB, 
	CONSTRAINT pk_mail_face PRIMARY KEY (id), 
	CONSTRAINT ck_mail_face_alignment CHECK (alignment IN ('left', 'center')), 
	CONSTRAINT fk_mail_face_logo_id FOREIGN KEY(logo_id) REFERENCES picture (id), 
	CONSTRAINT ck_mail_face_only_one CHECK (id = 1), 
	CONSTRAINT ck_mail_face_logo CHECK ((logo_id IS NULL) = (logo_file IS NULL)), 
	CONSTRAINT fk_mail_face_changed_by FOREIGN KEY(changed_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT fk_mail_face_picture_id FOREIGN KEY(picture_id) REFERENCES picture (id), 
	CONSTRAINT ck_mail_face_picture CHECK ((picture_id IS NULL) = (picture_file IS NULL)), 
	CONSTRAINT fk_mail_face_share_id FOREIGN KEY(share_id) REFERENCES picture (id), 
	CONSTRAINT ck_mail_face_share CHECK ((share_id IS NULL) = (share_file IS NULL)), 
	CONSTRAINT fk_mail_face_icon_id FOREIGN KEY(icon_id) REFERENCES picture (id), 
	CONSTRAINT ck_mail_face_icon CHECK ((icon_id IS NULL) = (icon IS NULL))
);
CREATE TABLE list_question (
	id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	position INTEGER NOT NULL, 
	days INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_list_question PRIMARY KEY (id), 
	CONSTRAINT ck_list_question_days CHECK (days BETWEEN 1 AND 1095), 
	CONSTRAINT fk_list_question_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id) ON DELETE CASCADE, 
	CONSTRAINT uq_list_question_id_mailing_list_id UNIQUE (id, mailing_list_id), 
	CONSTRAINT ck_list_question_kind CHECK (kind IN ('text', 'choice', 'yes-no', 'date'))
);
CREATE TABLE question_text (
	question_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	label VARCHAR(120) NOT NULL, 
	sentence VARCHAR(300) NOT NULL, 
	choices TEXT NOT NULL, 
	CONSTRAINT pk_question_text PRIMARY KEY (question_id, language), 
	CONSTRAINT fk_question_text_question_id FOREIGN KEY(question_id) REFERENCES list_question (id) ON DELETE CASCADE
);
CREATE TABLE signup_answer (
	signup_request_id BIGINT NOT NULL, 
	question_id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	value VARCHAR(300) NOT NULL, 
	days INTEGER NOT NULL, 
	CONSTRAINT pk_signup_answer PRIMARY KEY (signup_request_id, question_id), 
	CONSTRAINT fk_signup_answer_signup_request_id FOREIGN KEY(signup_request_id) REFERENCES signup_request (id) ON DELETE CASCADE, 
	CONSTRAINT fk_signup_answer_question FOREIGN KEY(question_id, mailing_list_id) REFERENCES list_question (id, mailing_list_id)
);
CREATE TABLE list_answer (
	subscriber_id BIGINT NOT NULL, 
	question_id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	value VARCHAR(300) NOT NULL, 
	answered_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_list_answer PRIMARY KEY (subscriber_id, question_id), 
	CONSTRAINT fk_list_answer_subscriber_id FOREIGN KEY(subscriber_id, mailing_list_id) REFERENCES subscription (subscriber_id, mailing_list_id) ON DELETE CASCADE, 
	CONSTRAINT fk_list_answer_question FOREIGN KEY(question_id, mailing_list_id) REFERENCES list_question (id, mailing_list_id)
);
CREATE TABLE signup_hold (
	id BIGINT NOT NULL, 
	began_at DATETIME NOT NULL, 
	counted INTEGER NOT NULL, 
	most INTEGER NOT NULL, 
	ended_at DATETIME, 
	ended_by BIGINT, causes JSON, 
	CONSTRAINT pk_signup_hold PRIMARY KEY (id), 
	CONSTRAINT ck_signup_hold_was_a_spike CHECK (counted >= most), 
	CONSTRAINT fk_signup_hold_ended_by FOREIGN KEY(ended_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE event_allowance (
	id BIGINT NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	factor INTEGER NOT NULL, 
	begins_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by BIGINT, 
	CONSTRAINT pk_event_allowance PRIMARY KEY (id), 
	CONSTRAINT ck_event_allowance_ends_after_it_begins CHECK (ends_at >= begins_at), 
	CONSTRAINT ck_event_allowance_factor_is_limited CHECK (factor BETWEEN 2 AND 1000), 
	CONSTRAINT fk_event_allowance_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id), 
	CONSTRAINT fk_event_allowance_created_by FOREIGN KEY(created_by) REFERENCES organiser (id) ON DELETE SET NULL
);
CREATE TABLE list_thanks (
	mailing_list_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	next_email VARCHAR(200) NOT NULL, 
	welcome VARCHAR(2000) NOT NULL, 
	welcomed_since DATETIME, 
	CONSTRAINT pk_list_thanks PRIMARY KEY (mailing_list_id, language), 
	CONSTRAINT fk_list_thanks_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id)
);
CREATE TABLE "consent_event" (
	id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	subscriber_id BIGINT NOT NULL, 
	purpose_id INTEGER, 
	wording_id INTEGER, 
	method VARCHAR(20) NOT NULL, 
	page_url VARCHAR(500), 
	requested_at DATETIME, 
	occurred_at DATETIME NOT NULL, 
	evidence BLOB, 
	address_mac BLOB NOT NULL, 
	page_version_id INTEGER, 
	request_id BIGINT, 
	controller_id BIGINT, 
	basis VARCHAR(20), 
	CONSTRAINT pk_consent_event PRIMARY KEY (id), 
	CONSTRAINT uq_consent_event_id_kind_subscriber_id UNIQUE (id, kind, subscriber_id), 
	CONSTRAINT ck_consent_event_confirmed_by_the_holder CHECK (kind NOT IN ('confirmed', 'renewed') OR (wording_id IS NOT NULL AND requested_at IS NOT NULL AND page_url IS NOT NULL AND evidence IS NOT NULL AND method IN ('link', 'code', 'my-data'))), 
	CONSTRAINT fk_consent_event_wording_id_purpose_id FOREIGN KEY(wording_id, purpose_id) REFERENCES wording (id, purpose_id), 
	CONSTRAINT uq_consent_event_id_kind_subscriber_id_purpose_id UNIQUE (id, kind, subscriber_id, purpose_id), 
	CONSTRAINT fk_consent_event_controller_id FOREIGN KEY(controller_id) REFERENCES controller (id), 
	CONSTRAINT ck_consent_event_answered_for CHECK ((basis IS NULL) = (controller_id IS NULL)), 
	CONSTRAINT fk_consent_event_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT fk_consent_event_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_consent_event_evidence_purpose_id UNIQUE (evidence, purpose_id), 
	CONSTRAINT ck_consent_event_basis CHECK (basis IN ('9(2)(a)')), 
	CONSTRAINT ck_consent_event_for_a_purpose CHECK (purpose_id IS NOT NULL OR kind IN ('objected', 'restricted', 'released', 'moved')), 
	CONSTRAINT ck_consent_event_method CHECK (method IN ('form', 'link', 'code', 'one-click', 'page', 'my-data', 'organiser', 'letter')), 
	CONSTRAINT fk_consent_event_page_version_id FOREIGN KEY(page_version_id) REFERENCES page_version (id), 
	CONSTRAINT ck_consent_event_kind CHECK (kind IN ('requested', 'confirmed', 'renewed', 'withdrawn', 'objected', 'restricted', 'released', 'asked-again', 'moved', 'corrected'))
);
CREATE TABLE list_territory (
	mailing_list_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	code VARCHAR(5) NOT NULL, 
	CONSTRAINT pk_list_territory PRIMARY KEY (mailing_list_id, kind, code), 
	CONSTRAINT fk_list_territory_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id) ON DELETE CASCADE, 
	CONSTRAINT ck_list_territory_kind CHECK (kind IN ('departement', 'commune', 'postcode'))
);
CREATE TABLE issue (
	campaign_id INTEGER NOT NULL, 
	version_id BIGINT NOT NULL, 
	slug VARCHAR(100) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	title VARCHAR(600) NOT NULL, 
	summary VARCHAR(600) NOT NULL, 
	sent_at DATETIME NOT NULL, 
	published_at DATETIME NOT NULL, 
	published_by BIGINT, 
	withdrawn_at DATETIME, 
	CONSTRAINT pk_issue PRIMARY KEY (campaign_id), 
	CONSTRAINT ck_issue_has_a_slug CHECK (slug <> ''), 
	CONSTRAINT fk_issue_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE, 
	CONSTRAINT fk_issue_version_id FOREIGN KEY(version_id) REFERENCES campaign_version (id) ON DELETE CASCADE, 
	CONSTRAINT fk_issue_published_by FOREIGN KEY(published_by) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT uq_issue_slug UNIQUE (slug)
);
CREATE TABLE signup_form (
	id INTEGER NOT NULL, 
	slug VARCHAR(60) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	goes_to VARCHAR(500) NOT NULL, 
	picture_id BIGINT, 
	picture_file VARCHAR(30), 
	picture_hash VARCHAR(64), 
	picture_width INTEGER, 
	picture_height INTEGER, 
	created_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_signup_form PRIMARY KEY (id), 
	CONSTRAINT ck_signup_form_picture CHECK ((picture_id IS NULL) = (picture_file IS NULL)), 
	CONSTRAINT fk_signup_form_picture_id FOREIGN KEY(picture_id) REFERENCES picture (id), 
	CONSTRAINT uq_signup_form_slug UNIQUE (slug), 
	CONSTRAINT ck_signup_form_status CHECK (status IN ('draft', 'open', 'closed'))
);
CREATE TABLE signup_form_text (
	form_id INTEGER NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	intro VARCHAR(2000) NOT NULL, 
	thanks VARCHAR(1000) NOT NULL, 
	picture_alt VARCHAR(300) NOT NULL, 
	CONSTRAINT pk_signup_form_text PRIMARY KEY (form_id, language), 
	CONSTRAINT fk_signup_form_text_form_id FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE CASCADE, 
	CONSTRAINT ck_signup_form_text_has_a_title CHECK (title <> '')
);
CREATE TABLE signup_form_list (
	form_id INTEGER NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_signup_form_list PRIMARY KEY (form_id, mailing_list_id), 
	CONSTRAINT fk_signup_form_list_form_id FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE CASCADE, 
	CONSTRAINT fk_signup_form_list_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id) ON DELETE CASCADE
);
CREATE TABLE signup_form_question (
	form_id INTEGER NOT NULL, 
	question_id INTEGER NOT NULL, 
	CONSTRAINT pk_signup_form_question PRIMARY KEY (form_id, question_id), 
	CONSTRAINT fk_signup_form_question_form_id FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE CASCADE, 
	CONSTRAINT fk_signup_form_question_question_id FOREIGN KEY(question_id) REFERENCES list_question (id) ON DELETE CASCADE
);
CREATE TABLE signup_form_count (
	form_id INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	confirmed INTEGER NOT NULL, 
	CONSTRAINT pk_signup_form_count PRIMARY KEY (form_id), 
	CONSTRAINT fk_signup_form_count_form_id FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE CASCADE
);
CREATE TABLE "signup_request" (
	id BIGINT NOT NULL, 
	public_id VARCHAR(40) NOT NULL, 
	address VARCHAR(254) NOT NULL, 
	address_key VARCHAR(254) NOT NULL, 
	address_mac BLOB NOT NULL, 
	given_name VARCHAR(80), 
	language VARCHAR(5) NOT NULL, 
	mailing_list_id INTEGER NOT NULL, 
	page_url VARCHAR(500) NOT NULL, 
	letter_id BIGINT, 
	token_hash BLOB NOT NULL, 
	code_mac BLOB NOT NULL, 
	code_attempts INTEGER NOT NULL, 
	code_guesses INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	page_version_id INTEGER, 
	log_salt BLOB NOT NULL, 
	controller_id BIGINT, 
	refused_at DATETIME, 
	source VARCHAR(40), 
	network_mac BLOB, 
	postcode VARCHAR(5), 
	form_id INTEGER, 
	CONSTRAINT pk_signup_request PRIMARY KEY (id), 
	CONSTRAINT fk_signup_request_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id) ON DELETE SET NULL, 
	CONSTRAINT uq_signup_request_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_signup_request_mailing_list_id FOREIGN KEY(mailing_list_id) REFERENCES mailing_list (id), 
	CONSTRAINT uq_signup_request_public_id UNIQUE (public_id), 
	CONSTRAINT fk_signup_request_controller_id FOREIGN KEY(controller_id) REFERENCES controller (id), 
	CONSTRAINT fk_signup_request_page_version_id FOREIGN KEY(page_version_id) REFERENCES page_version (id), 
	CONSTRAINT fk_signup_request_form_id FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE SET NULL
);
CREATE TABLE pending_count (
	list_ids TEXT NOT NULL, 
	addresses INTEGER NOT NULL, 
	counted_at DATETIME NOT NULL, 
	CONSTRAINT pk_pending_count PRIMARY KEY (list_ids)
);
CREATE TABLE form_source_count (
	form_id INTEGER NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	day DATE NOT NULL, 
	requests INTEGER NOT NULL, 
	CONSTRAINT pk_form_source_count PRIMARY KEY (form_id, source, day), 
	CONSTRAINT fk_form_source_count_form_id_signup_form FOREIGN KEY(form_id) REFERENCES signup_form (id) ON DELETE CASCADE
);
CREATE TABLE "access_ticket" (
	id BIGINT NOT NULL, 
	token_hash BLOB, 
	subscriber_id BIGINT, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME, 
	closes_at DATETIME NOT NULL, 
	sealed BLOB, 
	CONSTRAINT pk_access_ticket PRIMARY KEY (id), 
	CONSTRAINT uq_access_ticket_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_access_ticket_subscriber_id FOREIGN KEY(subscriber_id) REFERENCES subscriber (id) ON DELETE CASCADE
);
CREATE TABLE disk_cleanup (
	id BIGINT NOT NULL, 
	began_at DATETIME NOT NULL, 
	too_large JSON NOT NULL, 
	CONSTRAINT pk_disk_cleanup PRIMARY KEY (id)
);
CREATE TABLE consent_change (
	id BIGINT NOT NULL, 
	purpose_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	texts JSON NOT NULL, 
	text_hash VARCHAR(64) NOT NULL, 
	requested_by_id BIGINT NOT NULL, 
	requested_at DATETIME NOT NULL, 
	agreed_by_id BIGINT, 
	agreed_at DATETIME, 
	starts_at DATETIME, 
	ended_at DATETIME, 
	result_id INTEGER, 
	CONSTRAINT pk_consent_change PRIMARY KEY (id), 
	CONSTRAINT ck_consent_change_agreed_by_another CHECK (agreed_by_id <> requested_by_id), 
	CONSTRAINT ck_consent_change_agreed_before_done CHECK (status NOT IN ('agreed', 'done') OR agreed_at IS NOT NULL), 
	CONSTRAINT ck_consent_change_alone_it_waits CHECK (agreed_by_id IS NOT NULL OR agreed_at IS NULL OR starts_at IS NOT NULL), 
	CONSTRAINT fk_consent_change_purpose_id FOREIGN KEY(purpose_id) REFERENCES purpose (id), 
	CONSTRAINT fk_consent_change_result_id FOREIGN KEY(result_id) REFERENCES purpose (id), 
	CONSTRAINT fk_consent_change_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES organiser (id), 
	CONSTRAINT fk_consent_change_agreed_by_id FOREIGN KEY(agreed_by_id) REFERENCES organiser (id), 
	CONSTRAINT ck_consent_change_kind CHECK (kind IN ('meaning', 'mailing')), 
	CONSTRAINT ck_consent_change_status CHECK (status IN ('open', 'agreed', 'done', 'cancelled', 'lapsed'))
);
CREATE TABLE "letter" (
	id BIGINT NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	language VARCHAR(5) NOT NULL, 
	rate_mac BLOB, 
	status VARCHAR(20) NOT NULL, 
	sealed BLOB, 
	attempts INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	next_attempt_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	settled_at DATETIME, 
	last_reply VARCHAR(40), 
	claimed_by VARCHAR(32), times_lost INTEGER DEFAULT '0' NOT NULL, waits_for_relay BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_letter PRIMARY KEY (id), 
	CONSTRAINT ck_letter_status CHECK (status IN ('queued', 'sending', 'sent', 'withheld', 'given_up')), 
	CONSTRAINT ck_letter_kind CHECK (kind IN ('confirm_signup', 'already_subscribed', 'invitation', 'reset_password', 'campaign_test', 're_permission', 'log_head', 'contested_stop', 'my_data', 'new_address', 'address_moved', 'ask_again', 'case_due', 'case_extended', 'export_made', 'taken_off', 'security_notice', 'done_on_behalf', 'breach_notice', 'welcome', 'paused', 'back_on_list'))
);
CREATE TABLE "delivery_control" (
	id INTEGER NOT NULL, 
	stopped_at DATETIME, 
	next_slot_at DATETIME, 
	held_at DATETIME, 
	lifted_at DATETIME, 
	held_because VARCHAR(20), 
	held_size BIGINT, 
	lifted_by_id BIGINT, 
	lifted_because VARCHAR(500), 
	CONSTRAINT pk_delivery_control PRIMARY KEY (id), 
	CONSTRAINT fk_delivery_control_lifted_by_id FOREIGN KEY(lifted_by_id) REFERENCES organiser (id) ON DELETE SET NULL, 
	CONSTRAINT ck_delivery_control_only_one CHECK (id = 1), 
	CONSTRAINT ck_delivery_control_held_because CHECK (held_because IN ('unknown', 'older', 'restored', 'begun-again', 'faulty'))
);
CREATE UNIQUE INDEX ix_log_entry_position ON log_entry (position);
CREATE INDEX ix_log_entry_unsealed ON log_entry (record_id) WHERE position IS NULL;
CREATE INDEX ix_delivery_subscriber_id ON delivery (subscriber_id);
CREATE INDEX ix_delivery_campaign_id_batch ON delivery (campaign_id, batch);
CREATE INDEX ix_invitation_import_id_status ON invitation (import_id, status);
CREATE INDEX ix_invitation_letter_id ON invitation (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX ix_invitation_expires_at ON invitation (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX ix_contested_stop_campaign_id ON contested_stop (campaign_id);
CREATE INDEX ix_address_change_subscriber_id ON address_change (subscriber_id);
CREATE INDEX ix_address_change_expires_at ON address_change (expires_at);
CREATE INDEX ix_subscriber_acted_at ON subscriber (acted_at);
CREATE INDEX ix_subscriber_asking_letter_id ON subscriber (asking_letter_id) WHERE asking_letter_id IS NOT NULL;
CREATE INDEX ix_disclosure_kind_occurred_at ON disclosure (kind, occurred_at);
CREATE INDEX ix_disclosure_subscriber_id ON disclosure (subscriber_id);
CREATE INDEX ix_case_entry_case_id ON case_entry (case_id);
CREATE INDEX ix_case_entry_letter_id ON case_entry (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX ix_delivery_batch_campaign_id_due_at ON delivery_batch (campaign_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_delivery_batch_claimed_by ON delivery_batch (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX ix_kept_form_organiser_id ON kept_form (organiser_id);
CREATE INDEX ix_audit_event_act_id ON audit_event (act, id);
CREATE INDEX ix_audit_event_account_id_id ON audit_event (account_id, id);
CREATE INDEX ix_passkey_organiser_id ON passkey (organiser_id);
CREATE INDEX ix_recovery_code_organiser_id ON recovery_code (organiser_id);
CREATE INDEX ix_attempt_count_forgotten_at ON attempt_count (forgotten_at);
CREATE INDEX ix_sign_in_session_organiser_id ON sign_in_session (organiser_id);
CREATE INDEX ix_sign_in_session_used_at ON sign_in_session (used_at);
CREATE INDEX ix_known_device_used_at ON known_device (used_at);
CREATE INDEX ix_refused_sign_in_organiser_id ON refused_sign_in (organiser_id);
CREATE INDEX ix_refused_sign_in_begun_at ON refused_sign_in (begun_at);
CREATE INDEX ix_password_reset_organiser_id ON password_reset (organiser_id);
CREATE INDEX ix_password_reset_requested_at ON password_reset (requested_at);
CREATE INDEX ix_organiser_invitation_letter_id ON organiser (invitation_letter_id) WHERE invitation_letter_id IS NOT NULL;
CREATE UNIQUE INDEX uq_right_request_open ON right_request (organiser_id, role) WHERE status = 'open';
CREATE INDEX ix_search_word_subscriber_id ON search_word (subscriber_id);
CREATE INDEX ix_subscriber_language_id ON subscriber (language, id);
CREATE INDEX ix_departure_subscriber_id ON departure (subscriber_id);
CREATE INDEX ix_departure_expires_at ON departure (expires_at);
CREATE INDEX ix_rights_case_subscriber_id ON rights_case (subscriber_id);
CREATE INDEX ix_rights_case_campaign_id ON rights_case (campaign_id);
CREATE INDEX ix_rights_case_closed_at_due_at ON rights_case (closed_at, due_at);
CREATE INDEX ix_audit_event_object_id_id ON audit_event (object_id, id);
CREATE INDEX ix_subscriber_restricted_at ON subscriber (restricted_at) WHERE restricted_at IS NOT NULL;
CREATE INDEX ix_subscriber_paused_until ON subscriber (paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX ix_subscription_mailing_list_id_purpose_id_subscriber_id ON subscription (mailing_list_id, purpose_id, subscriber_id);
CREATE INDEX ix_breach_entry_breach_id ON breach_entry (breach_id);
CREATE INDEX ix_breach_person_subscriber_id ON breach_person (subscriber_id);
CREATE INDEX ix_breach_person_address_mac ON breach_person (address_mac);
CREATE INDEX ix_breach_person_letter_id ON breach_person (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX ix_breach_person_waiting ON breach_person (breach_id) WHERE settled_at IS NULL;
CREATE INDEX ix_picture_use_picture_id ON picture_use (picture_id);
CREATE INDEX ix_asked_link_asked_at ON asked_link (asked_at);
CREATE INDEX ix_team_text_picture_picture_id ON team_text_picture (picture_id);
CREATE INDEX ix_campaign_comment_campaign_id_id ON campaign_comment (campaign_id, id);
CREATE INDEX ix_campaign_comment_parent_id ON campaign_comment (parent_id);
CREATE INDEX ix_comment_mention_told_at ON comment_mention (told_at);
CREATE INDEX ix_campaign_presence_seen_at ON campaign_presence (seen_at);
CREATE INDEX ix_campaign_test_campaign_id ON campaign_test (campaign_id);
CREATE INDEX ix_request_count_ends_at ON request_count (ends_at);
CREATE INDEX ix_list_question_mailing_list_id ON list_question (mailing_list_id);
CREATE INDEX ix_signup_answer_question_id ON signup_answer (question_id);
CREATE INDEX ix_list_answer_question_id ON list_answer (question_id);
CREATE INDEX ix_list_answer_expires_at ON list_answer (expires_at);
CREATE INDEX ix_list_answer_subscriber_id_mailing_list_id ON list_answer (subscriber_id, mailing_list_id);
CREATE INDEX ix_subscription_mailing_list_id_subscribed_at ON subscription (mailing_list_id, subscribed_at);
CREATE INDEX ix_consent_event_left ON consent_event (purpose_id, subscriber_id) WHERE kind IN ('withdrawn', 'objected');
CREATE INDEX ix_consent_event_asked ON consent_event (purpose_id, kind, subscriber_id) WHERE kind IN ('asked-again', 'renewed');
CREATE INDEX ix_consent_event_purpose_id_occurred_at ON consent_event (purpose_id, occurred_at);
CREATE INDEX ix_consent_event_subscriber_id ON consent_event (subscriber_id);
CREATE INDEX ix_signup_form_list_mailing_list_id ON signup_form_list (mailing_list_id);
CREATE INDEX ix_signup_form_question_question_id ON signup_form_question (question_id);
CREATE INDEX ix_signup_request_address_mac ON signup_request (address_mac);
CREATE INDEX ix_signup_request_source ON signup_request (source) WHERE source IS NOT NULL;
CREATE INDEX ix_signup_request_expires_at ON signup_request (expires_at);
CREATE INDEX ix_signup_request_form_id ON signup_request (form_id) WHERE form_id IS NOT NULL;
CREATE INDEX ix_access_ticket_closes_at ON access_ticket (closes_at);
CREATE INDEX ix_access_ticket_subscriber_id ON access_ticket (subscriber_id);
CREATE INDEX ix_consent_change_result_id ON consent_change (result_id);
CREATE UNIQUE INDEX uq_consent_change_waiting ON consent_change (purpose_id) WHERE status IN ('open', 'agreed');
CREATE INDEX ix_letter_rate_mac_created_at ON letter (rate_mac, created_at);
CREATE INDEX ix_letter_status_next_attempt_at ON letter (status, next_attempt_at);
CREATE TRIGGER renew_site_edition_INSERT_mailing_list AFTER INSERT ON mailing_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_mailing_list AFTER UPDATE ON mailing_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_mailing_list AFTER DELETE ON mailing_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_list_purpose AFTER INSERT ON list_purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_list_purpose AFTER UPDATE ON list_purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_list_purpose AFTER DELETE ON list_purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_purpose AFTER INSERT ON purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_purpose AFTER UPDATE ON purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_purpose AFTER DELETE ON purpose BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_offer AFTER INSERT ON offer BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_offer AFTER UPDATE ON offer BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_offer AFTER DELETE ON offer BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_wording AFTER INSERT ON wording BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_wording AFTER UPDATE ON wording BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_wording AFTER DELETE ON wording BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_controller AFTER INSERT ON controller BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_controller AFTER UPDATE ON controller BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_controller AFTER DELETE ON controller BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_retention_rule AFTER INSERT ON retention_rule BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_retention_rule AFTER UPDATE ON retention_rule BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_retention_rule AFTER DELETE ON retention_rule BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_page_version AFTER INSERT ON page_version BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_page_version AFTER UPDATE ON page_version BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_page_version AFTER DELETE ON page_version BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_list_text AFTER INSERT ON list_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_list_text AFTER UPDATE ON list_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_list_text AFTER DELETE ON list_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_mail_face AFTER INSERT ON mail_face BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_mail_face AFTER UPDATE ON mail_face BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_mail_face AFTER DELETE ON mail_face BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_list_question AFTER INSERT ON list_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_list_question AFTER UPDATE ON list_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_list_question AFTER DELETE ON list_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_question_text AFTER INSERT ON question_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_question_text AFTER UPDATE ON question_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_question_text AFTER DELETE ON question_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_list_thanks AFTER INSERT ON list_thanks BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_list_thanks AFTER UPDATE ON list_thanks BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_list_thanks AFTER DELETE ON list_thanks BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
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
      date(NEW.occurred_at), NEW.purpose_id, NEW.kind, coalesce(NEW.page_version_id, 0), 0, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER count_old_consent_event AFTER DELETE ON consent_event
WHEN OLD.kind IN ('confirmed', 'renewed', 'withdrawn', 'objected')
  AND OLD.purpose_id IS NOT NULL BEGIN
  INSERT INTO event_count VALUES (
      date(OLD.occurred_at), OLD.purpose_id, OLD.kind, coalesce(OLD.page_version_id, 0), 0, -1)
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
CREATE TRIGGER renew_site_edition_INSERT_list_territory AFTER INSERT ON list_territory BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_list_territory AFTER UPDATE ON list_territory BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_list_territory AFTER DELETE ON list_territory BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_issue AFTER INSERT ON issue BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_issue AFTER UPDATE ON issue BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_issue AFTER DELETE ON issue BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_signup_form AFTER INSERT ON signup_form BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_signup_form AFTER UPDATE ON signup_form BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_signup_form AFTER DELETE ON signup_form BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_signup_form_text AFTER INSERT ON signup_form_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_signup_form_text AFTER UPDATE ON signup_form_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_signup_form_text AFTER DELETE ON signup_form_text BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_signup_form_list AFTER INSERT ON signup_form_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_signup_form_list AFTER UPDATE ON signup_form_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_signup_form_list AFTER DELETE ON signup_form_list BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_INSERT_signup_form_question AFTER INSERT ON signup_form_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_UPDATE_signup_form_question AFTER UPDATE ON signup_form_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER renew_site_edition_DELETE_signup_form_question AFTER DELETE ON signup_form_question BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END;
CREATE TRIGGER keep_consent_change BEFORE UPDATE OF purpose_id, kind, texts, text_hash, requested_by_id, requested_at ON consent_change BEGIN
  SELECT RAISE(ABORT, 'the texts of a consent change are frozen');
END;
CREATE TRIGGER refuse_ended_consent_insert_subscription BEFORE INSERT ON subscription WHEN EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id))) BEGIN
  SELECT RAISE(ABORT, 'the consent has ended: the person left or objected after it');
END;
CREATE TRIGGER refuse_ended_consent_update_subscription BEFORE UPDATE OF subscriber_id, purpose_id, consent_event_id ON subscription WHEN EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id))) BEGIN
  SELECT RAISE(ABORT, 'the consent has ended: the person left or objected after it');
END;
CREATE TRIGGER refuse_ended_consent_insert_agreement BEFORE INSERT ON agreement WHEN EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id))) BEGIN
  SELECT RAISE(ABORT, 'the consent has ended: the person left or objected after it');
END;
CREATE TRIGGER refuse_ended_consent_update_agreement BEFORE UPDATE OF subscriber_id, purpose_id, consent_event_id ON agreement WHEN EXISTS (
  SELECT 1 FROM consent_event e
  WHERE e.subscriber_id = NEW.subscriber_id AND e.kind IN ('withdrawn', 'objected')
  AND (e.purpose_id = NEW.purpose_id OR e.purpose_id IS NULL)
  AND e.id > NEW.consent_event_id
  AND NOT (e.kind = 'withdrawn' AND EXISTS (
    SELECT 1 FROM consent_event c WHERE c.subscriber_id = e.subscriber_id
    AND c.purpose_id = e.purpose_id AND c.kind = 'corrected' AND c.id > e.id))) BEGIN
  SELECT RAISE(ABORT, 'the consent has ended: the person left or objected after it');
END;
