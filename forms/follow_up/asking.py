"""The invitation to refer someone: mailed some days after an answer, and never without it.

It waits in the outbox from the moment the answer does. It goes with the answer when that is called back or
comes back, and is looked at once more when it is due: nobody is asked who was not told, or does not want it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from core.clock import long_date
from core.errors import Conflict, InvalidContent
from core.settings import SiteSettings
from forms import suppressions
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidate, Outcome
from forms.follow_up.answering import EVENT_PREFIX
from forms.follow_up.drafting import CASE_FIELDS, case_fields, case_of
from forms.follow_up.models import ANSWERS, Answer, AnswerState
from forms.outbox import queue
from forms.outbox.merge import LINK_FIELD, UNSUBSCRIBE_FIELD
from forms.outbox.models import OUTBOX, STATUS_LINK, UNSUBSCRIBE_LINK, WAITING, Mail, MailState, Message
from forms.outbox.room import Held
from forms.outbox.template import TemplateUse, load_template, render
from forms.recruiters import RECRUITERS
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction
from forms.suppressions import Scope, Suppression

PREFIX = "referral-ask:"
ASK = TemplateUse(
    "referral-ask",
    "the invitation to refer someone",
    (*CASE_FIELDS, LINK_FIELD, UNSUBSCRIBE_FIELD),
    needed=(LINK_FIELD, UNSUBSCRIBE_FIELD),
)

REST = dt.timedelta(days=90)
"""Nobody is invited twice within it, however many answers they get."""

LOOK_AGAIN = dt.timedelta(days=1)
"""While the answer is still on its way, or failed and may be sent again."""

REFUSED = "They have switched invitations off."
_STOPPABLE = (*WAITING, MailState.FAILED, MailState.BOUNCED)


@dataclass(frozen=True)
class Asking:
    """How this installation invites: `days` after the answer went out, 0 for never."""

    days: int
    site: SiteSettings
    content: Path

    @property
    def wait(self) -> dt.timedelta:
        """The time between the answer and the invitation."""
        return dt.timedelta(days=self.days)

    def why_not(self, reader: Reader, candidate: Candidate, now: dt.datetime) -> str:
        """Why nobody can invite this candidate now; '' when somebody can."""
        if self.days <= 0:
            return "This installation sends no invitations."
        if not candidate.email:
            return "There is no e-mail address."
        if refusal(reader, candidate):
            return REFUSED
        return _asked_lately(reader, candidate.email, self.site, now) or self._fault()

    def gate(self, reader: Reader, mail: Mail, now: dt.datetime) -> Held | None:
        """Whether an invitation that is due may go out; as `room.Gate`."""
        answer = ANSWERS.get(reader, mail.event.removeprefix(PREFIX))
        candidate = CANDIDATES.get(reader, mail.access_for or "")
        if answer is None or candidate is None:
            return Held("The answer that it followed is gone.")
        if self.days <= 0:
            return Held("This installation sends no invitations any more.")
        if refusal(reader, candidate):
            return Held(REFUSED)
        if answer.told is not None and answer.state is AnswerState.TOLD:
            return Held("", answer.told + self.wait) if answer.told + self.wait > now else None
        return Held("The answer did not go out.", now + LOOK_AGAIN if _may_go_out(reader, answer) else None)

    def mail_settled(self, tx: Transaction, mail: Mail) -> None:
        """Outbox listener: the invitation goes as its answer goes.

        Raises Conflict, which takes the retry back, when somebody who refused is to be sent one again.
        """
        answer_settled(tx, mail)
        if mail.event.startswith(EVENT_PREFIX) and mail.state is MailState.SENT:
            for ask in queue.mail_of(tx, PREFIX + mail.event.removeprefix(EVENT_PREFIX)):
                if ask.state is MailState.QUEUED:
                    OUTBOX.put(tx, ask.held((mail.settled or mail.created) + self.wait))

    def _fault(self) -> str:
        try:
            load_template(self.content, ASK.name)
        except InvalidContent as error:
            return f"The message cannot be used: {error.problems[0]}"
        return ""


def suggested(outcome: Outcome | None) -> bool:
    """Whether inviting is proposed after this outcome: not to somebody who did not come."""
    return outcome is not None and outcome is not Outcome.NO_SHOW


def refusal(reader: Reader, candidate: Candidate) -> Suppression | None:
    """By which they, or somebody for them, switched invitations off; None when they are on."""
    return suppressions.find(reader, Scope.INVITATIONS, candidate.id, candidate.email)


@use_case
def follow(tx: Transaction, answer: Answer, asking: Asking, *, domain: str, now: dt.datetime) -> Mail | None:
    """Queue the invitation that follows a mailed answer, in the transaction that queues the answer.

    None, and a line in the history that says why, when there can be none. Raises NotFound.
    """
    case = case_of(tx, answer.candidacy_id)
    reason = asking.why_not(tx, case.candidate, now)
    if reason:
        why = f"No invitation to refer someone follows: {reason}"
        candidates.note(tx, answer.candidacy_id, now=now, by=answer.by, text=why)
        return None
    recruiter = RECRUITERS.require(tx, answer.by)
    fields = {
        **case_fields(case, recruiter, asking.site),
        "status_link": STATUS_LINK,
        "unsubscribe_link": UNSUBSCRIBE_LINK,
    }
    text = render(load_template(asking.content, ASK.name), fields)
    (letter,) = queue.mail_of(tx, EVENT_PREFIX + answer.id)
    message = Message(
        event=PREFIX + answer.id,
        recipient=letter.recipient,
        recipient_name=case.candidate.name,
        sender_name=recruiter.name,
        reply_to=recruiter.email,
        subject=text.subject,
        body=text.body,
        access_for=case.candidate.id,
        unattended=True,
        not_before=letter.not_before + asking.wait,
        invitation=True,
    )
    return queue.enqueue(tx, message, now=now, domain=domain)


def answer_settled(tx: Transaction, mail: Mail) -> None:
    """Outbox listener: what has to be done at once. Raises Conflict as `Asking.mail_settled`."""
    if mail.event.startswith(EVENT_PREFIX):
        reasons = {
            MailState.CANCELLED: "The answer was called back.",
            MailState.BOUNCED: "The answer came back.",
        }
        if mail.state in reasons:
            _stop(tx, PREFIX + mail.event.removeprefix(EVENT_PREFIX), reasons[mail.state], mail)
    elif mail.event.startswith(PREFIX):
        _ask_settled(tx, mail)


def waiting_ask(reader: Reader, answer: Answer | None) -> Mail | None:
    """The invitation that follows this answer and has not gone out yet, or None."""
    found = queue.mail_of(reader, PREFIX + answer.id) if answer else []
    return next((each for each in found if each.state in WAITING), None)


@use_case
def switch_off(tx: Transaction, candidate_id: str, *, by: str, now: dt.datetime) -> Suppression:
    """No more invitations; those that wait are cancelled, and answers still go. Raises NotFound.

    `by`: a recruiter's id, or BY_THEMSELVES. Doing it again changes nothing.
    """
    candidate = CANDIDATES.require(tx, candidate_id)
    kept = suppressions.suppress(tx, Scope.INVITATIONS, candidate_id, candidate.email, by=by, now=now)
    for mail in OUTBOX.find(tx, {"state": _STOPPABLE}):
        if mail.invitation and mail.access_for == candidate_id:
            queue.cancel(tx, mail.id, now, [answer_settled], reason=REFUSED)
    return kept


@use_case
def switch_on(tx: Transaction, candidate_id: str) -> None:
    """They want invitations after all. What was cancelled stays so. Raises NotFound."""
    candidate = CANDIDATES.require(tx, candidate_id)
    suppressions.lift(tx, Scope.INVITATIONS, candidate_id, candidate.email)


def _stop(tx: Transaction, event: str, reason: str, because: Mail) -> None:
    for ask in queue.mail_of(tx, event):
        if ask.state in _STOPPABLE:
            queue.cancel(tx, ask.id, because.settled or because.created, [answer_settled], reason=reason)


def _ask_settled(tx: Transaction, mail: Mail) -> None:
    answer = ANSWERS.get(tx, mail.event.removeprefix(PREFIX))
    candidate = CANDIDATES.get(tx, mail.access_for or "")
    if mail.state in WAITING and candidate is not None and refusal(tx, candidate):
        raise Conflict(f"This invitation cannot be sent: {REFUSED}")
    texts = {
        MailState.SENT: "Invited by mail to refer someone",
        MailState.CANCELLED: f"The invitation to refer someone was cancelled. {mail.last_error}".rstrip(),
    }
    if answer is not None and mail.state in texts:
        at = mail.settled or mail.created
        candidates.note(tx, answer.candidacy_id, now=at, by="system", text=texts[mail.state])


def _asked_lately(reader: Reader, address: str, site: SiteSettings, now: dt.datetime) -> str:
    for mail in OUTBOX.find(reader, {"recipient": address}):
        if not mail.invitation:
            continue
        if mail.state in (*WAITING, MailState.SENDING, MailState.UNKNOWN):
            return "An invitation is under way to them already."
        if mail.state is MailState.SENT and mail.settled and now - mail.settled < REST:
            return f"They were invited on {long_date(site.local(mail.settled).date())}."
    return ""


def _may_go_out(reader: Reader, answer: Answer) -> bool:
    """Whether an answer that nobody was told may still reach them: on its way, or failed and not replaced."""
    if answer.state is AnswerState.SCHEDULED:
        return True
    mail = next(iter(queue.mail_of(reader, EVENT_PREFIX + answer.id)), None)
    if answer.state is not AnswerState.FAILED or mail is None or mail.state is not MailState.FAILED:
        return False
    where = {"candidacy_id": answer.candidacy_id, "state": (AnswerState.SCHEDULED, AnswerState.TOLD)}
    return not any(each.created > answer.created for each in ANSWERS.find(reader, where))
