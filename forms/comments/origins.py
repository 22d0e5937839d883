"""From which sites a comment may be sent, and what a browser is told so that a script there may read answers.

No authority goes with a comment, so this keeps mistakes and other sites' scripts out, and no more. A browser
that does not say where a form comes from is let in: with the site's own referrer policy, it says `null` for a
plain form sent to another origin (Fetch, "append a request Origin header").
"""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from forms.web.context import Context

UNSAID = (None, "null")


def allowed(found: Context) -> frozenset[str]:
    """The origins of the site, of this endpoint, and those of FOLLOWUP_COMMENT_ORIGINS."""
    named = [name.strip() for name in found.run.comment_origins.split(",")]
    return frozenset(
        origin for url in (found.site.url, found.run.base_url, *named) if (origin := origin_of(url))
    )


def is_welcome(request: Request, found: Context) -> bool:
    """Whether a form of this origin is taken."""
    origin = request.headers.get("Origin")
    return origin in UNSAID or origin in allowed(found) or origin == origin_of(request.host_url)


def add_headers(request: Request, response: Response, found: Context) -> Response:
    """Let scripts of allowed origins read the answer, without anybody's cookies."""
    response.vary.add("Origin")
    response.vary.add("Accept")
    origin = request.headers.get("Origin")
    if origin not in UNSAID and origin in allowed(found):
        response.headers["Access-Control-Allow-Origin"] = str(origin)
    return response


def origin_of(url: str) -> str:
    """Scheme, host and port of an address as browsers write them; '' for none."""
    parts = urlsplit(url.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else ""
