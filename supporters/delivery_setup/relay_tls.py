"""Checks the encryption of the connection to the relay, without signing in."""

import smtplib
import ssl

from supporters.config import Settings
from supporters.delivery_setup.findings import Finding, SetupFault, SetupLine, green, red, unknown

SECONDS = 3
IN_CLEAR = "none"
OF_CERTIFICATES = {  # the codes of OpenSSL (X509_V_ERR_…)
    10: SetupFault.CERTIFICATE_EXPIRED,
    **dict.fromkeys((18, 19, 20, 21), SetupFault.CERTIFICATE_UNKNOWN),
    **dict.fromkeys((62, 64), SetupFault.CERTIFICATE_OF_OTHERS),
}


def check_tls(settings: Settings) -> Finding:
    """Check that the relay offers TLS, with a certificate of its name, of a version in use."""
    host = settings.mail_server
    if settings.mail_tls == IN_CLEAR:
        return green(SetupLine.TLS, host)  # only this machine is allowed in clear
    try:
        return green(SetupLine.TLS, f"{host}: {_connect(settings, ssl.create_default_context())}")
    except (OSError, smtplib.SMTPException) as error:
        return _explain(error, host)


def _explain(error: Exception, host: str) -> Finding:
    """Return the finding of a failure. A relay that doesn't answer says nothing about TLS."""
    match error:
        case smtplib.SMTPNotSupportedError():
            return red(SetupLine.TLS, SetupFault.NO_STARTTLS, host=host)
        case ssl.SSLCertVerificationError():
            fault = OF_CERTIFICATES.get(error.verify_code, SetupFault.CERTIFICATE)
            return red(SetupLine.TLS, fault, host=host, why=error.verify_message)
        case ssl.SSLError() if not isinstance(error, TimeoutError):
            why = (error.reason or "TLS").replace("_", " ").lower()
            return red(SetupLine.TLS, SetupFault.TLS_FAILED, host=host, why=why)
    return unknown(SetupLine.TLS, SetupFault.RELAY_SILENT, host=host)


def _connect(settings: Settings, context: ssl.SSLContext) -> str:
    """Return the version of TLS. Python's context accepts 1.2 and newer."""
    where = (settings.mail_server, settings.mail_port)
    if settings.mail_tls == "tls":
        with smtplib.SMTP_SSL(
            *where, local_hostname=settings.mail_domain, timeout=SECONDS, context=context
        ) as session:
            return _version(session)
    with smtplib.SMTP(*where, local_hostname=settings.mail_domain, timeout=SECONDS) as session:
        session.ehlo()
        session.starttls(context=context)
        return _version(session)


def _version(session: smtplib.SMTP) -> str:
    return (isinstance(session.sock, ssl.SSLSocket) and session.sock.version()) or "TLS"
