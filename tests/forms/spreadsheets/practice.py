"""A practice on its first day: a store with one recruiter, into which files are imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from forms import COLLECTIONS
from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS, Candidacy, Candidate
from forms.follow_up.models import FOLLOW_UPS, FollowUp
from forms.jobs.models import JOBS
from forms.recruiters import RECRUITERS, Recruiter
from forms.spreadsheets.aliases import suggest, with_choices
from forms.spreadsheets.applying import run_import
from forms.spreadsheets.models import Import
from forms.spreadsheets.plan import Plan, make_plan
from forms.spreadsheets.reading import Table, read_table
from forms.spreadsheets.steps import Options
from forms.spreadsheets.undoing import Undone, undo
from forms.store.collection import Collection
from forms.store.protocol import Store

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
OPTIONS = Options(NOW.date(), "GB", 5)


@dataclass
class Practice:
    """What can be done with files here. `maps` are choices as the command line takes them."""

    store: Store

    def __post_init__(self) -> None:
        anna = Recruiter("anna", "Anna Headhunter", "anna@letters.example", "", NOW, "scrypt:HASH")
        with self.store.transaction() as tx:
            RECRUITERS.put(tx, anna)

    def read(self, data: bytes | str, *maps: str) -> tuple[Table, dict[int, Any]]:
        table = read_table("people.csv", data.encode() if isinstance(data, str) else data)
        return table, with_choices(table.header, suggest(table.header), maps)

    def plan(self, data: bytes | str, *maps: str, **options: Any) -> Plan:
        table, columns = self.read(data, *maps)
        with self.store.read() as reader:
            return make_plan(reader, table, columns, replace(OPTIONS, **options))

    def bring(
        self, data: bytes | str, *maps: str, skip_errors: bool = False, later: int = 0, **options: Any
    ) -> Import | None:
        table, columns = self.read(data, *maps)
        now = NOW + dt.timedelta(minutes=later)
        told = replace(OPTIONS, **options)
        return run_import(self.store, table, columns, told, by="anna", now=now, skip_errors=skip_errors)

    def bring_new(self, data: bytes | str, *maps: str, **options: Any) -> Import:
        """As `bring`, of a file in which something is new."""
        made = self.bring(data, *maps, **options)
        assert made is not None
        return made

    def take_back(self, made: Import) -> Undone:
        return undo(self.store, made.id, COLLECTIONS, now=NOW)

    def person(self, name: str) -> Candidate:
        with self.store.read() as reader:
            found = CANDIDATES.first(reader, {"name": name})
        assert found is not None, name
        return found

    def people(self) -> list[str]:
        with self.store.read() as reader:
            return [each.name for each in CANDIDATES.find(reader, order="name")]

    def candidacy(self, name: str, job: str | None = None) -> Candidacy:
        """The person's only candidacy, or the one for the job of this title."""
        with self.store.read() as reader:
            found = CANDIDACIES.find(reader, {"candidate_id": self.person(name).id})
            titles = {each.id: each.title for each in JOBS.find(reader)}
        (one,) = (each for each in found if job in (None, titles[each.job_id]))
        return one

    def interviews(self, name: str, job: str | None = None) -> list[dt.date]:
        where = {"candidacy_id": self.candidacy(name, job).id}
        with self.store.read() as reader:
            return [each.on for each in INTERVIEWS.find(reader, where, order="round")]

    def debt(self, name: str) -> FollowUp | None:
        with self.store.read() as reader:
            return FOLLOW_UPS.get(reader, self.candidacy(name).id)

    def jobs(self) -> list[str]:
        with self.store.read() as reader:
            return sorted(each.title for each in JOBS.find(reader))

    def count(self, collection: Collection[Any]) -> int:
        with self.store.read() as reader:
            return collection.count(reader)

    def everything(self) -> dict[str, list[Any]]:
        """All records, to be compared; but for what is kept of imports."""
        with self.store.read() as reader:
            return {
                each.shape.name: each.find(reader)
                for each in COLLECTIONS
                if each.shape.name not in ("imports", "imported_rows")
            }
