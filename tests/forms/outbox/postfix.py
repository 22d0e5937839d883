"""A letter that comes back, as Postfix writes it: a multipart/report with the letter in it.

Source: postfix's bounce(8) and its default bounce template (bounce(5)); RFC 3464 for the fields of the
report, RFC 6522 for its three parts.
"""

from __future__ import annotations

from email import message_from_bytes
from email.policy import compat32

_REPORT = """\
Return-Path: <>
X-Original-To: {sender}
Delivered-To: {sender}
Received: by mx.relay.example (Postfix)
	id 4C0FFEE42; Thu, 12 Nov 2026 09:31:07 +0000 (UTC)
Date: Thu, 12 Nov 2026 09:31:07 +0000 (UTC)
From: MAILER-DAEMON@mx.relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {sender}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4B1F5042.1794475867/mx.relay.example"
Message-Id: <{number}.4C0FFEE42@mx.relay.example>

This is a MIME-encapsulated message.

--4B1F5042.1794475867/mx.relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.relay.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

                   The mail system

<{recipient}>: host mail.people.example[192.0.2.25] said: 550 5.1.1
    <{recipient}>: Recipient address rejected: User unknown in virtual
    mailbox table (in reply to RCPT TO command)

--4B1F5042.1794475867/mx.relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.relay.example
X-Postfix-Queue-ID: 4B1F5042
X-Postfix-Sender: rfc822; {sender}
Arrival-Date: Thu, 12 Nov 2026 09:31:05 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.people.example
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected: User
    unknown in virtual mailbox table

"""

_RETURNED = """\
--4B1F5042.1794475867/mx.relay.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <{sender}>
Received: from desk.example (desk.example [192.0.2.1])
	by mx.relay.example (Postfix) with ESMTP id 4B1F5042
	for <{recipient}>; Thu, 12 Nov 2026 09:31:05 +0000 (UTC)
"""

_END = "\n--4B1F5042.1794475867/mx.relay.example--\n"

REASON = "Recipient address rejected: User unknown in virtual mailbox table"
"""What it says of why, in part."""


def sent_back(letter: bytes, sender: str, recipient: str, *, quoted: bool = True, number: int = 1) -> bytes:
    """The notification that goes to `sender`, the address in the envelope of the letter.

    `quoted` False: nothing of the letter is returned, as some servers are told to. `number` tells apart two
    notifications of the same letter.
    """
    words = {"sender": sender, "recipient": recipient, "number": f"{number}-{_mark(letter)}"}
    report = _REPORT.format(**words).encode()
    if quoted:
        report += _RETURNED.format(**words).encode() + letter.replace(b"\r\n", b"\n")
    return report + _END.encode()


def _mark(letter: bytes) -> str:
    """Something of this letter alone."""
    message_id = str(message_from_bytes(letter, policy=compat32)["Message-ID"])
    return message_id.strip("<>").partition("@")[0]
