"""The meaning of each setting in a sentence: `flask settings --explain` and the guide's reader."""

from collections.abc import Mapping

DESCRIPTIONS: Mapping[str, str] = {
    "ENV": "production, or development on a machine of your own (`make run`).",
    "SETTINGS_FILE": "A file of lines SUPPORTERS_NAME=value; the environment counts before it.",
    "BASE_URL": "The public address, https://host; all links in emails begin with it.",
    "FORMER_HOSTS": "Hosts that the site had before: links in sent emails go on working there.",
    "SECRET_KEYS": "The secrets, newest first, separated by commas; 32 random characters each.",
    "DATABASE_URL": "sqlite:///path or postgresql://…; another machine needs ?sslmode=verify-full.",
    "QUEUE_URL": "The database of the job queue, in the same forms.",
    "INSTANCE_DIR": "The folder for all files that the program stores.",
    "BACKUP_RECIPIENTS": "The public keys of age that backups are encrypted for.",
    "BACKUP_DIR": "The folder of the backups.",
    "BACKUP_DAYS": "How many days a backup stays.",
    "PARTY_NAME": "The party's legal name; every consent and every email has it.",
    "PARTY_ADDRESS": "Its postal address; every email has it.",
    "PARTY_CONTACT": "An address where a person reads the answers.",
    "DPO_CONTACT": "The data protection officer's address.",
    "PUBLICATION_DIRECTOR": "The person who answers for the publications, for the legal notice.",
    "HOSTING": "The hosting company: name, address, telephone, for the legal notice.",
    "LANGUAGES": "Those of the public pages and emails, of fr, en, de, es, it; the first one is "
    "for visitors whose browser asks for none of them. German, Spanish and Italian are drafts by "
    "a machine.",
    **{
        f"PARTY_NAME_OF_{code}": f"The name behind “of” in a sentence, with its article: {example}."
        for code, example in {
            "FR": "du Parti de l’Exemple",
            "EN": "of the Example Party",
            "DE": "der Beispielpartei",
            "ES": "del Partido del Ejemplo",
            "IT": "del Partito dell’Esempio",
        }.items()
    },
    "MAIL_SERVER": "The relay that sends our emails.",
    "MAIL_PORT": "The port of the relay.",
    "MAIL_USERNAME": "The name for the sign-in at the relay; none without it.",
    "MAIL_PASSWORD": "The password for the sign-in at the relay.",
    "MAIL_TLS": "none (this machine only), starttls or tls.",
    "MAIL_FROM": "The address that emails are sent from.",
    "MAIL_COUNTRY": "The two letters of the relay's country, for the privacy notice.",
    "TRANSFER_GROUND": "The legal ground of the transfer, for a relay outside of the Union.",
    "BOUNCE_ADDRESS": "The address for undeliverable emails, as name+code@…; at most 23 "
    "characters before the @.",
    "TRANSACTIONAL_MAIL_SERVER": "Another relay for emails to one person, with connections of its "
    "own.",
    "TRANSACTIONAL_MAIL_PORT": "The port of that relay.",
    "TRANSACTIONAL_MAIL_USERNAME": "The name for the sign-in there.",
    "TRANSACTIONAL_MAIL_PASSWORD": "The password for the sign-in there.",
    "TRANSACTIONAL_MAIL_TLS": "none, starttls or tls.",
    "TRANSACTIONAL_MAIL_FROM": "The sender of emails to one person; their bounces come to its "
    "domain.",
    "MAIL_PROVIDER": "brevo, mailjet, ses, scaleway (its terms allow no newsletters) or infomaniak "
    "(1,440 emails a day): gives the relay, and what its events need.",
    "WEBHOOK_USER": "The name with which Brevo or Mailjet sign in at our webhook.",
    "WEBHOOK_PASSWORD": "The passwords for it, newest first, separated by commas.",
    "WEBHOOK_TOKEN": "The tokens of Brevo for it, newest first, instead of name and password.",
    "WEBHOOK_NETWORKS": "The networks that the webhook's calls may come from.",
    "SNS_TOPICS": "The topics of Amazon for our webhook.",
    "SES_CONFIGURATION_SET": "A configuration set of Amazon that tracks nothing.",
    "FEEDBACK_URL": "Where undeliverable emails come back: imaps://user@host/INBOX, "
    "maildir:/path, lmtp://127.0.0.1:2424 or lmtp:/path/of/socket.",
    "FEEDBACK_PASSWORD": "The password of that mailbox.",
    "DNS_SERVER": "A resolver for DKIM and the check, as 192.0.2.53 or 192.0.2.53:5353; else that "
    "of the machine.",
    "SENDING_ADDRESSES": "The addresses that the relay sends from, for the check of SPF and PTR.",
    "DKIM_SELECTORS": "The selectors of the relay's DKIM keys, for the same check.",
    "SEND_RATE": "The limit for campaigns in emails a second, over all machines; 0 for none.",
    "GRACE_SECONDS": "How long a launch can be taken back before its first email.",
    "SMTP_CONNECTIONS": "Connections to the relay, for each worker process.",
    "OUTBOX_CONNECTIONS": "Connections for emails to one person beside them.",
    "SIGNUP_RATE": "Sign-ups accepted from one network in a minute, over all processes; more need "
    "a proof of work; 0 for no limit.",
    "REFUSE_DISPOSABLE": "on: addresses of domains that give addresses for minutes get no email.",
    "FORM_ORIGINS": "The party's other sites that may show the sign-up form or send to it, "
    "separated by commas.",
    "FORM_SERVERS": "The party's servers that send the form for their visitors: addresses or "
    "networks.",
    "SOURCE_URL": "The page with the source of this installation (AGPL section 13); else the site "
    "offers it itself, at /source.tar.gz.",
    "LINK_CHECK": "on: a worker asks the links of drafts whether they answer.",
    "OIDC_ISSUER": "The address of the party's sign-in service (OpenID Connect) for the console.",
    "OIDC_CLIENT_ID": "The name of this installation there.",
    "OIDC_CLIENT_SECRET": "The secret of this installation there.",
    "OIDC_NAME": "Its name on the button of the sign-in page.",
    "OIDC_MFA": "always, if it lets nobody in with a password alone; claimed, if its answers say "
    "so.",
    "TRAINING": "on: this is a training (`flask training`).",
    "TRAINING_URL": "The address of the party's training; the console leads there.",
    "TRAINING_KEY": "The secret of the links between both, the same in both.",
    "WEB_METRICS": "A private address and port where the pages show their metrics: 127.0.0.1:9463.",
    "AUDIT_STREAM": "Where each act goes as well: syslog, syslog://host:port, or a file's path.",
    "WITNESSES": "A file that names the witnesses of the consent log (C2SP tlog-policy).",
    "TIMESTAMP_URL": "An authority that timestamps a checkpoint of the log each day (RFC 3161).",
    "TIMESTAMP_CA": "The file with the certificates (PEM) of that authority.",
    "PROXIES": "The number of your proxies before the web process: they name the visitor.",
}
