"""Who and what is known already: in the store, and from the rows of the file before.

A person is recognised by an e-mail address, by a telephone or by a profile page, in their normal forms, or by
their number in the other system. A telephone is shared in families and offices, and a number of one system
may be another one's too: by these it is the same person only under a like name.
"""

from __future__ import annotations

import datetime as dt
import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS, Candidacy, Candidate
from forms.follow_up.models import FOLLOW_UPS, FollowUp
from forms.jobs.clients import CLIENTS, Client
from forms.jobs.models import JOBS, Job
from forms.spreadsheets.draft import Draft
from forms.spreadsheets.models import IMPORTED_ROWS
from forms.store.collection import Collection
from forms.store.protocol import Reader
from forms.store.veil import everything

T = TypeVar("T")

AT_ONCE = 500
"""Values asked for in one query."""


@dataclass(frozen=True)
class Person:
    """Somebody known. `line`: the row of this file that brings them; None: they are on the books already."""

    candidate: Candidate
    line: int | None = None


@dataclass(frozen=True)
class Course:
    """How far a candidacy has come; all empty when there is none."""

    candidacy: Candidacy | None = None
    interviews: frozenset[dt.date] = frozenset()
    debt: FollowUp | None = None


class Books:
    """What the rows at hand may meet, read in a few queries; rows add to it as they are gone through."""

    def __init__(self, reader: Reader, drafts: Sequence[Draft]) -> None:
        self._reader = everything(reader)
        self._seen_by_caller = reader
        self._people: dict[str, Person] = {}
        self._by_way: dict[tuple[str, str], list[str]] = {}
        self._courses: dict[tuple[str, str], Course] = {}
        self.jobs: dict[str, Job] = {}
        self.clients: dict[str, Client] = {each.id: each for each in CLIENTS.find(self._reader)}
        self._by_title: dict[str, list[Job]] = {}
        self._client_names = {plain(each.name): each for each in self.clients.values()}
        for job in JOBS.find(self._reader):
            self.remember_job(job, self.clients[job.client_id])
        self._load_people(drafts)
        self._hidden = self._hidden_people()
        self._load_courses()

    def person_of(self, draft: Draft) -> Person | None:
        """The known person a row is about, or None."""
        for way, value, needs_name in _ways(draft):
            for person in self._known_by(way, value):
                if not needs_name or alike(person.candidate.name, draft.name):
                    return person
        return None

    def namesakes_phone(self, draft: Draft) -> Person | None:
        """Somebody else who has the telephone of this row."""
        found = (person for phone in draft.phones for person in self._known_by("phone", phone))
        others = (each for each in found if not self.is_private(each))
        return next((each for each in others if not alike(each.candidate.name, draft.name)), None)

    def is_private(self, person: Person) -> bool:
        """Whether a colleague keeps this candidate to themselves: then nothing may be told or changed."""
        return person.candidate.id in self._hidden

    def has_address(self, email: str) -> bool:
        """Whether somebody has this address."""
        return bool(self._known_by("email", email))

    def course(self, candidate_id: str, job_id: str) -> Course:
        """How far this person has come for this job."""
        return self._courses.get((candidate_id, job_id), Course())

    def remember_person(self, candidate: Candidate, *, line: int | None, source_id: str | None) -> None:
        """Know this person, as they are now, from here on."""
        known = self._people.get(candidate.id)
        self._people[candidate.id] = Person(candidate, known.line if known else line)
        ways = (("email", candidate.email), ("phone", candidate.phone), ("profile", candidate.profile_url))
        for way, value in (*ways, ("source", source_id)):
            ids = self._by_way.setdefault((way, value), []) if value else []
            if candidate.id not in ids:
                ids.append(candidate.id)

    def remember_course(self, candidate_id: str, job_id: str, course: Course) -> None:
        """Know how far this candidacy has come."""
        self._courses[candidate_id, job_id] = course

    def remember_job(self, job: Job, client: Client) -> None:
        """Know this job, and its client."""
        self.jobs[job.id], self.clients[client.id] = job, client
        self._by_title.setdefault(plain(job.title), []).append(job)
        self._client_names.setdefault(plain(client.name), client)

    def jobs_called(self, title: str, client: str) -> list[Job]:
        """The jobs of this title, at the client of this name if one is given."""
        found = self._by_title.get(plain(title), [])
        if not client:
            return found
        return [each for each in found if plain(self.clients[each.client_id].name) == plain(client)]

    def client_called(self, name: str) -> Client | None:
        """The client of this name, or None."""
        return self._client_names.get(plain(name))

    def _known_by(self, way: str, value: str) -> list[Person]:
        return [self._people[each] for each in self._by_way.get((way, value), ())]

    def _load_people(self, drafts: Sequence[Draft]) -> None:
        ways = (
            ("email", {each for draft in drafts for each in draft.emails}),
            ("phone", {each for draft in drafts for each in draft.phones}),
            ("profile_url", {draft.profile for draft in drafts if draft.profile}),
        )
        for key, values in ways:
            for candidate in _found(self._reader, CANDIDATES, key, values):
                self.remember_person(candidate, line=None, source_id=None)
        sources = {draft.source_id for draft in drafts if draft.source_id}
        rows = {
            row.candidate_id: row.source_id
            for row in _found(self._reader, IMPORTED_ROWS, "source_id", sources)
        }
        for candidate in _found(self._reader, CANDIDATES, "id", rows):
            self.remember_person(candidate, line=None, source_id=rows[candidate.id])

    def _hidden_people(self) -> frozenset[str]:
        if self._seen_by_caller is self._reader:
            return frozenset()
        open_ones = {each.id for each in _found(self._seen_by_caller, CANDIDATES, "id", self._people)}
        return frozenset(self._people.keys() - open_ones)

    def _load_courses(self) -> None:
        candidacies = list(_found(self._reader, CANDIDACIES, "candidate_id", self._people))
        courses = {each.id: Course(each) for each in candidacies}
        for interview in _found(self._reader, INTERVIEWS, "candidacy_id", courses):
            course = courses[interview.candidacy_id]
            courses[interview.candidacy_id] = replace(course, interviews=course.interviews | {interview.on})
        for debt in _found(self._reader, FOLLOW_UPS, "id", courses):
            courses[debt.id] = replace(courses[debt.id], debt=debt)
        for each in candidacies:
            self._courses[each.candidate_id, each.job_id] = courses[each.id]


def alike(name: str, other: str) -> bool:
    """Whether two names may be one person's: all the words of one are in the other."""
    words, others = set(plain(name).split()), set(plain(other).split())
    return bool(words and others) and (words <= others or others <= words)


def plain(text: str) -> str:
    """Text as it is compared: without case, accents and further spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in bare if not unicodedata.combining(each)).split())


def _ways(draft: Draft) -> Iterator[tuple[str, str, bool]]:
    """How a row's person is looked for, and whether the name has to fit as well."""
    for email in draft.emails:
        yield "email", email, False
    if draft.profile:
        yield "profile", draft.profile, False
    for phone in draft.phones:
        yield "phone", phone, True
    if draft.source_id:
        yield "source", draft.source_id, True


def _found(reader: Reader, collection: Collection[T], key: str, values: Iterable[str]) -> Iterator[T]:
    """The values whose key is one of these, a few queries for all of them."""
    wanted = iter(sorted(values))
    while some := tuple(itertools.islice(wanted, AT_ONCE)):
        yield from collection.find(reader, {key: some})
