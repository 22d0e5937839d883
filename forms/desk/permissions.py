"""Who may do what at the desk: every page of it, and the least role that may look and that may change.

What is not in TABLE is the owner's alone, so that a page somebody forgot to enter is shut, not open; a test
walks the application's own list of addresses and names every one that is missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.recruiters import Role

LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Least:
    """The least role for looking at a page, and for sending its form."""

    look: Role
    change: Role


def _pages(least: Least, *endpoints: str) -> dict[str, Least]:
    return {f"desk.{endpoint}": least for endpoint in endpoints}


OPEN = frozenset({"desk.log_in", "desk.set_up", "desk.welcome", "desk.second_step"})
"""The door itself: nobody is logged in there."""

LOOK = Least(Role.READ_ONLY, Role.RECRUITER)
WORK = Least(Role.RECRUITER, Role.RECRUITER)
"""A page that is nothing but a form: who cannot send it need not see it."""
OWN = Least(Role.READ_ONLY, Role.READ_ONLY)
"""What is everybody's own, such as logging out."""
RULE = Least(Role.OWNER, Role.OWNER)

TABLE: Mapping[str, Least] = {
    **_pages(
        OWN,
        "log_out",
        "account.show",
        "account.change_password",
        "account.begin_second_step",
        "account.set_up_app",
        "account.switch_off",
        "account.new_codes",
        "account.end_session",
        "account.end_sessions",
    ),
    **_pages(
        LOOK,
        "today.index",
        "jobs.index",
        "job.show",
        "clients.index",
        "clients.show",
        "candidates.index",
        "candidate.show",
        "candidacy.show",
        "progress.show",
        "referrals.index",
        "referrals.show",
        "mail.index",
        "mail.show",
        "figures.index",
        "comments.index",
        "comments.show",
        "comments.list_bans",
        "data.index",
        "data.index",
    ),
    **_pages(
        WORK,
        "jobs.create",
        "jobs.edit",
        "job.change_state",
        "job.reopen",
        "clients.create",
        "clients.edit",
        "clients.add_contact",
        "clients.edit_contact",
        "candidates.create",
        "candidates.edit",
        "candidate.put_forward",
        "candidate.make_link",
        "candidate.mail_link",
        "candidate.revoke_link",
        "candidate.no_invitations",
        "candidacy.move_stage",
        "candidacy.add_interview",
        "candidacy.decide",
        "candidacy.reopen",
        "interview.correct",
        "interview.take_back",
        "answer.write",
        "answer.write_not_decided",
        "answer.log_call",
        "filling.who",
        "filling.preview",
        "person.write",
        "progress.call_back",
        "progress.call_all_back",
        "progress.send_now",
        "referrals.change_state",
        "referrals.confirm",
        "referrals.take_back",
        "taking_up.as_candidate",
        "taking_up.as_contact",
        "handover.candidate",
        "handover.job",
        "handover.everything",
        "data.take_note",
        "data.erase",
        "data.notice",
        "data.told_by_phone",
        "comments.decide",
        "comments.edit",
        "comments.reply",
        "comments.ban_sender",
        "comments.lift",
        "mail.cancel",
        "mail.mark_sent",
        "mail.retry",
    ),
    **_pages(
        RULE,
        "spreadsheets.index",
        "spreadsheets.look",
        "spreadsheets.look_again",
        "spreadsheets.run",
        "spreadsheets.show",
        "spreadsheets.take_back",
        "spreadsheets.export_people",
        "spreadsheets.export_zip",
        "spreadsheets.export_json",
        "audit.index",
        "users.index",
        "users.add",
        "users.show",
        "users.change_role",
        "users.let_go",
        "users.let_in_again",
        "users.new_link",
        "users.reset_second_step",
    ),
}


def least_role(endpoint: str, method: str) -> Role:
    """The least role that may send this request."""
    least = TABLE.get(endpoint, RULE)
    return least.look if method in LOOKING else least.change


def may(role: Role, endpoint: str, method: str = "GET") -> bool:
    """Whether somebody of this role may."""
    return role.reaches(least_role(endpoint, method))


def explained(endpoint: str, method: str) -> str:
    """Why somebody may not, for the page that refuses it."""
    whom = {
        Role.OWNER: "It is for the owners of this desk.",
        Role.RECRUITER: "Your account may look at everything here and change nothing.",
        Role.READ_ONLY: "It is for people who are logged in.",
    }[least_role(endpoint, method)]
    return f"{whom} Nothing was changed."
