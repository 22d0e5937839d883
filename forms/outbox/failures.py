"""What can become of an attempt to send, as far as the row is concerned.

Refused              the server will never take this message (5xx): a person has to act
TryLater             not taken this time (4xx), and it certainly did not leave
└── Unreachable      no message at all can be handed over at present: no connection, no TLS, no login
Uncertain            all of it was handed over and the answer was lost: it may have been taken
"""

from __future__ import annotations


class Refused(Exception):
    """The message was refused for good; the text is the server's."""


class TryLater(Exception):
    """The message was not taken, and may be tried again."""


class Unreachable(TryLater):
    """The server takes no message at present."""


class Uncertain(Exception):
    """Nobody can know whether the message was taken."""
