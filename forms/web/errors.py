"""What people see when something went wrong: the site's look, plain words, and a way on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, make_response, render_template, request
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
)
from werkzeug.exceptions import Conflict as ConflictPage
from werkzeug.wrappers import Response

from core import errors as core_errors
from forms.web.csrf import FormRefused
from forms.web.kept import kept_form
from forms.web.origin import CrossSite
from forms.web.site_files import not_found_page

RETRY_AFTER = 20
"""Seconds after which a browser may ask again when the store could not be reached."""

PRIVATE_PREFIXES = ("/desk/", "/status/", "/r/")


class LoggedOut(Forbidden):
    """A form was sent after the session had ended. `login_url`: where to begin another."""

    def __init__(self, login_url: str) -> None:
        self.login_url = login_url
        super().__init__("You are logged out.")


class NotAllowed(Forbidden):
    """The page is there, but not for the role of whoever is logged in; the description says for whom."""


@dataclass(frozen=True)
class Words:
    """What an error page says. `keeps`: shows what was typed; `repeats`: offers to send it again."""

    title: str
    text: str
    keeps: bool = False
    repeats: bool = False


WORDS: dict[type[HTTPException], Words] = {
    BadRequest: Words("This request could not be read", "Please go back and try again."),
    CrossSite: Words(
        "This was not sent from one of our pages",
        "Nothing was saved. Open the page again, from your link or from the desk, and send it from there.",
        keeps=True,
    ),
    FormRefused: Words(
        "Please send this once more",
        "The page was open for a long time, or you have logged in or out since. Nothing has been saved yet.",
        keeps=True,
        repeats=True,
    ),
    LoggedOut: Words(
        "You are logged out",
        "Nothing has been saved yet. Log in again in another window, come back here, and send this again.",
        keeps=True,
        repeats=True,
    ),
    NotAllowed: Words("This page is not open to you", "Nothing was changed."),
    Forbidden: Words("This page is not open to you", "Nothing was changed."),
    NotFound: Words("There is no such page", "The address may be mistyped, or the page has moved."),
    MethodNotAllowed: Words("This page cannot be used like that", "Please go back and try again."),
    ConflictPage: Words("This does not fit any more", "Things have changed meanwhile.", keeps=True),
    RequestEntityTooLarge: Words(
        "This is too long",
        "A form may hold 64 kilobytes in all. Nothing was saved; please go back and shorten it.",
    ),
    TooManyRequests: Words(
        "Too many attempts", "Please wait a quarter of an hour, then try again.", keeps=True, repeats=True
    ),
    InternalServerError: Words(
        "Something went wrong on our side",
        "It has been noted. What you sent may not have been saved.",
        keeps=True,
    ),
    ServiceUnavailable: Words(
        "This could not be done just now",
        "Nothing is lost: please wait a moment, then try again.",
        keeps=True,
        repeats=True,
    ),
}


def init_app(app: Flask) -> None:
    """Register the pages for every HTTP error and for the errors of `core.errors`."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(core_errors.NotFound, lambda _error: _http_error(NotFound()))
    app.register_error_handler(core_errors.Conflict, _conflict)
    app.register_error_handler(core_errors.UniqueViolation, _conflict)
    app.register_error_handler(core_errors.StoreError, _store_error)


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    public_page = not_found_page() if isinstance(error, NotFound) and not _is_private() else None
    body = public_page or _page(error)
    response = make_response(body, error.code or 500)
    _copy_headers(error, response)
    return response


def _conflict(error: core_errors.FollowUpError) -> Any:
    message = "" if isinstance(error, core_errors.UniqueViolation) else str(error)
    return _http_error(ConflictPage(message or "Somebody saved the same just before."))


def _store_error(error: core_errors.StoreError) -> Any:
    current_app.logger.error("The store could not be used: %s", error)
    return _http_error(ServiceUnavailable(retry_after=RETRY_AFTER))


def _page(error: HTTPException) -> str:
    words = _words(error)
    kept = kept_form() if words.keeps else None
    return render_template(
        "errors/kept.html" if kept else "errors/error.html",
        page_title=words.title,
        code=error.code,
        message=_text(error, words),
        kept=kept,
        can_repeat=words.repeats,
        login_url=error.login_url if isinstance(error, LoggedOut) else "",
    )


def _words(error: HTTPException) -> Words:
    for kind in type(error).__mro__:
        if kind in WORDS:
            return WORDS[kind]
    return WORDS[InternalServerError if (error.code or 500) >= 500 else BadRequest]


def _text(error: HTTPException, words: Words) -> str:
    """Our own words; a conflict explains itself, and so does a page for others."""
    explains = isinstance(error, ConflictPage | NotAllowed)
    return error.description or words.text if explains else words.text


def _copy_headers(error: HTTPException, response: Response) -> None:
    """Keep what belongs to the error itself: which methods are allowed, when to come back."""
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value


def _is_private() -> bool:
    return request.path.startswith(PRIVATE_PREFIXES)
