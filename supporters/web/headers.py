"""The headers of all responses: nothing third-party, no inline script, no framing."""

from flask import Flask, Response, g

from supporters.config import Settings

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
MAIL_POLICY = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'unsafe-inline'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups",
}
ONE_YEAR = 31_536_000
CLOSED_FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("encrypted-media", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts"),
    *("magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock"),
    *("serial", "usb", "xr-spatial-tracking"),
)
OWN_FEATURES = ("fullscreen", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in CLOSED_FEATURES] + [f"{name}=(self)" for name in OWN_FEATURES]
)


def show_as_email() -> None:
    """Mark this response as the HTML of an email, for a sandboxed frame of our pages."""
    g.is_mail = True


def show_as_our_email() -> None:
    """Mark this response as an email that we made, for a frame that is as high as the email.

    The page reads its height, so it has our origin. It still runs no script and sends no form.
    """
    show_as_email()
    g.is_measured = True


def allow_frames_of_our_sites() -> None:
    """Let the party's other sites show this response in a frame (SUPPORTERS_FORM_ORIGINS)."""
    g.is_framed = True


def _render(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def init_app(app: Flask, settings: Settings) -> None:
    """Set the headers that differ after each request."""
    policy, mail_policy = _render(POLICY), _render(MAIL_POLICY)
    measured_policy = _render({**MAIL_POLICY, "sandbox": "allow-popups allow-same-origin"})
    our_sites = " ".join(("'self'", *settings.form_origins))
    framed_policy = _render({**POLICY, "frame-ancestors": our_sites})

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        usual = framed_policy if g.get("is_framed", False) else policy
        of_mail = measured_policy if g.get("is_measured", False) else mail_policy
        headers["Content-Security-Policy"] = of_mail if g.get("is_mail", False) else usual
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not _may_be_cached(response):
            headers["Cache-Control"] = "no-store"
        return response


def _may_be_cached(response: Response) -> bool:
    if "Cache-Control" not in response.headers:
        return False
    cache = response.cache_control
    return bool(cache.max_age or cache.public or cache.private)


def fixed_headers(settings: Settings) -> list[tuple[str, str]]:
    """Return the headers that are the same in each response; `Front` adds them."""
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", PERMISSIONS),
    ]
    if settings.is_https:
        rule = f"max-age={ONE_YEAR}; includeSubDomains"
        headers.append(("Strict-Transport-Security", rule))
    return headers
