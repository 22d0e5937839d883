"""The site app's addresses, written into files by Frozen-Flask."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning

from core.errors import InvalidContent, Problem
from core.settings import display_path
from generator.urls import Address

# Endpoints that a small site may have nothing for.
OPTIONAL = frozenset(
    {
        "newer_and_older",
        "article",
        "page",
        "term",
        "term_feed",
        "promise",
        "images",
        "static",
        "moved",
        "redirects",
    }
)


def freeze(
    app: Flask, listed: Sequence[Address], destination: Path, progress: Callable[[int, int], None]
) -> None:
    """Write the listed addresses of `app` below `destination`, an absolute path.

    `progress` is told how many of how many are written. Raises InvalidContent naming the template and the
    page when a template fails.
    """
    forgotten = set(app.view_functions) - {address.endpoint for address in listed} - OPTIONAL
    if forgotten:
        raise RuntimeError(f"no address is listed for {', '.join(sorted(forgotten))}")
    app.config.update(
        FREEZER_DESTINATION=str(destination),
        FREEZER_REMOVE_EXTRA_FILES=False,  # it would delete whatever it did not write
        FREEZER_REDIRECT_POLICY="error",
    )
    freezer = Freezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
    freezer.register_generator(lambda: ((address.endpoint, address.values) for address in listed))
    pages = iter(freezer.freeze_yield())
    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        # Checked above, with the endpoints that may be empty taken into account.
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)
        for number, address in enumerate(listed, 1):
            try:
                page = next(pages)
            except Exception as error:
                raise _explained(error, address, app) from error
            if page.url != address.url:
                raise RuntimeError(f"{address.url} was listed, and {page.url} was made")
            progress(number, len(listed))
        next(pages, None)  # lets Frozen-Flask finish


def _explained(error: Exception, address: Address, app: Flask) -> Exception:
    """The fault as the template's author wants to hear of it; the error itself when no template is in it."""
    templates = str(app.template_folder)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(templates)
    ]
    if not frames:
        return error
    made_from = f" from {address.source}" if address.source else ""
    message = f"{type(error).__name__}: {error} (while making {address.url}{made_from})"
    place = display_path(Path(frames[-1].filename))
    return InvalidContent([Problem(place, frames[-1].lineno or 0, message, "mend the template")])
