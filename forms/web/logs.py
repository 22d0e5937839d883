"""No private link reaches a log.

Whoever reads a log must not be able to open a candidate's page. Redaction happens where a log record is made,
so that it holds for every logger and handler of the process: ours, werkzeug's, gunicorn's, a traceback's.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

HIDDEN = "[private]"

_PRIVATE_PATH = re.compile(
    r"(?i)(/+(?:status|notice|address|desk/+setup|mail/+unsubscribe|comments/+own|comments/+replies|r)/+)"
    r"[^/\s?#\"'<>]+"
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
"""What looks like one of our tokens (43 characters), wherever it stands."""


def redact(text: str) -> str:
    """`text` with the private part of addresses, and whatever looks like a token, hidden."""
    return _TOKEN.sub(HIDDEN, _PRIVATE_PATH.sub(rf"\1{HIDDEN}", text))


class RedactedRecord(logging.LogRecord):
    """A log record that never held anything private: its text is made and cleaned at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.msg, self.args = redact(_message(self)), None
        if self.exc_info and self.exc_info[0] is not None:
            # Formatters use this text, if it is there, instead of making their own.
            self.exc_text = redact("".join(traceback.format_exception(*self.exc_info)).rstrip())


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # A broken call of the logger: `logging` would print the arguments, uncleaned, when it formats them.
        return f"{record.msg} {record.args!r}"


def install() -> None:
    """Clean every record this process logs from now on. Doing it again changes nothing."""
    logging.setLogRecordFactory(RedactedRecord)
