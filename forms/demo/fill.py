"""Fills a throw-away store through the same use cases as the desk, at the times they would have happened."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from forms import links
from forms.demo import cast
from forms.demo.plays import Plays
from forms.desk import handover, passwords
from forms.desk import service as desk
from forms.desk.handover import HandOver
from forms.follow_up import closing
from forms.jobs import clients
from forms.jobs import service as jobs
from forms.jobs.models import Job, JobState
from forms.links import Purpose
from forms.recruiters import Recruiter, Role
from forms.web.context import Context

DAY = dt.timedelta(days=1)
OLDEST = 100
"""Days the desk of the demonstration has been at work."""

EMAIL = "desk@example.org"


@dataclass(frozen=True)
class PrivatePage:
    """A candidate's private address; `about` says why it is worth opening."""

    name: str
    about: str
    url: str


@dataclass(frozen=True)
class Demo:
    """The keys to the demonstration: the desk's login, and private pages."""

    email: str
    password: str
    pages: tuple[PrivatePage, ...]


def fill(found: Context) -> Demo:
    """Fill the empty store of an application; gives the keys.

    Letters are written from the messages of the content folder. Raises InvalidContent for a broken one.
    """
    password = "-".join(secrets.choice(cast.PASSWORD_WORDS) for _ in range(4))
    now = found.now()
    recruiter = desk.add_recruiter(
        found.store,
        name=found.site.author,
        email=EMAIL,
        phone="+442079460123",
        password_hash=passwords.hashed(password),
        now=now - OLDEST * DAY,
    )
    vacancies = {each.title: _open_job(found, each, recruiter) for each in cast.VACANCIES}
    plays = Plays(found, recruiter, vacancies)
    for story in cast.STORIES:
        plays.tell(story)
    for naming in cast.NAMINGS:
        plays.refer(naming)
    for vacancy in cast.VACANCIES:
        _bring_to_its_state(found, vacancies[vacancy.title], vacancy, recruiter)
    _hand_one_over(found, vacancies[cast.COLLEAGUES_JOB], recruiter)
    pages = tuple(_private_page(found, plays, name, about) for name, about in cast.OPENED)
    return Demo(EMAIL, password, pages)


def _open_job(found: Context, vacancy: cast.Vacancy, recruiter: Recruiter) -> Job:
    now = found.now() - vacancy.opened * DAY
    return jobs.add_job(
        found.store,
        _client(found, vacancy.client, now),
        title=vacancy.title,
        location=vacancy.location,
        confidential=vacancy.confidential,
        promise_days=vacancy.promise_days,
        notes="",
        by=recruiter.id,
        now=now,
        state=JobState.LEAD if vacancy.state is JobState.LEAD else JobState.OPEN,
    )


def _client(found: Context, name: str, now: dt.datetime) -> str:
    """The id of the client of this name, added with its hiring manager when it is new."""
    with found.store.read() as reader:
        known = clients.CLIENTS.first(reader, {"name": name})
    if known is not None:
        return known.id
    company = next(each for each in cast.COMPANIES if each.name == name)
    client = clients.add_client(found.store, name=name, alias=company.alias, notes="", now=now)
    clients.add_contact(
        found.store,
        client.id,
        name=company.manager,
        title=company.title,
        email=cast.address(company.manager),
        phone=None,
        profile_url=None,
        notes="",
        now=now,
    )
    return client.id


def _bring_to_its_state(found: Context, job: Job, vacancy: cast.Vacancy, recruiter: Recruiter) -> None:
    """Every story has been told by now, so that what is to be closed can be."""
    ended = found.now() - vacancy.ended * DAY
    if vacancy.state is JobState.CLOSED:
        jobs.change_state(found.store, job.id, JobState.FILLED, by=recruiter.id, now=ended)
        closing.close_job(found.store, job.id, by=recruiter.id, now=ended)
    elif vacancy.state is not job.state:
        jobs.change_state(found.store, job.id, vacancy.state, by=recruiter.id, now=ended)


def _hand_one_over(found: Context, job: Job, owner: Recruiter) -> None:
    """A second recruiter, who has one of the jobs. Nobody knows their password: an owner can make a link."""
    colleague = desk.add_recruiter(
        found.store,
        name=cast.COLLEAGUE,
        email=cast.address(cast.COLLEAGUE),
        phone="+442079460124",
        password_hash=passwords.hashed(secrets.token_urlsafe()),
        now=found.now() - OLDEST * DAY,
        role=Role.RECRUITER,
    )
    handover.job(found.store, job.id, HandOver(colleague.id, owner.id, found.now() - DAY))


def _private_page(found: Context, plays: Plays, name: str, about: str) -> PrivatePage:
    lifetime = dt.timedelta(days=found.run.link_days)
    holder = plays.people[name].id
    token, _ = links.mint(found.store, Purpose.STATUS, holder, now=found.now(), lifetime=lifetime)
    return PrivatePage(name, about, found.absolute(f"/status/{token}/"))
