"""What a row does, decided from the books alone: nothing is written here.

What is on file is never overwritten: a row fills what is empty, adds to the notes and to the candidacies, and
what differs is kept in the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms.candidates.models import Candidate
from forms.spreadsheets.books import Books, Person
from forms.spreadsheets.candidacies import Candidacies
from forms.spreadsheets.draft import Draft
from forms.spreadsheets.fields import Field
from forms.spreadsheets.findings import Findings, Places
from forms.spreadsheets.steps import Effect, Options, RowPlan, Steps

_BY = (Field.EMAIL, Field.CELL_PHONE, Field.PROFILE)


def decide_row(number: int, draft: Draft, books: Books, options: Options, places: Places) -> RowPlan:
    """The plan of one row. A row with an error has no steps: it is imported as a whole, or not at all."""
    findings = Findings(draft, places)
    return _Deciding(draft, books, findings, Candidacies(draft, books, options, findings)).plan(number)


@dataclass(frozen=True)
class _Deciding:
    draft: Draft
    books: Books
    findings: Findings
    candidacies: Candidacies

    def plan(self, number: int) -> RowPlan:
        person = self.books.person_of(self.draft)
        if person is not None and self.books.is_private(person):
            self.findings.remark(_BY, "is on the books with a colleague", "they stay theirs: ask around")
            return RowPlan(number, self.draft, Effect.NOTHING, self.findings.all)
        self._must_be_reachable(person)
        if person is None:
            self._mention_shared_phone()
        elif not _same_words(person.candidate.name, self.draft.name):
            self.findings.remark(
                (Field.NAME, Field.FIRST_NAME), f"is on file as “{person.candidate.name}”", "that stays"
            )
        steps = self._steps(person)
        base = RowPlan(
            number,
            self.draft,
            Effect.ERROR,
            self.findings.all,
            same_as=person.line if person else None,
            known_as=person.candidate.name if person else "",
        )
        if self.findings.has_error:
            return base
        effect = Effect.NEW if person is None else Effect.NOTHING if steps.do_nothing else Effect.ADDS
        return replace(base, effect=effect, steps=steps, due=self.candidacies.due(steps))

    def _must_be_reachable(self, person: Person | None) -> None:
        draft = self.draft
        if person is None and not (draft.emails or draft.phones or draft.profile or draft.is_wrong):
            self.findings.error(
                _BY,
                "there is no e-mail address, telephone or profile page",
                "add one: without it the person can neither be answered nor be recognised the next time",
            )

    def _mention_shared_phone(self) -> None:
        other = self.books.namesakes_phone(self.draft)
        if other is not None:
            self.findings.remark(
                (Field.CELL_PHONE, Field.HOME_PHONE, Field.WORK_PHONE),
                f"{other.candidate.name} has the same telephone",
                "they become two people; correct the names if they are one",
            )

    def _steps(self, person: Person | None) -> Steps:
        known = person.candidate if person else None
        job, notes = self.candidacies.job(), self.draft.notes
        if job is not None and self.candidacies.is_past():
            notes, job = "\n".join(part for part in (notes, self.candidacies.past(job)) if part), None
        fills = self._fills(known, notes) if known else _all_of(self.draft, notes)
        return Steps(known, fills) if job is None else self.candidacies.steps(known, fills, job)

    def _fills(self, known: Candidate, notes: str) -> dict[str, str]:
        """What is empty on file and not here. What differs is noted: the headhunter sees which is right."""
        fills: dict[str, str] = {}
        differs: list[str] = []
        for attribute, label, on_file, here in self._ways(known):
            if here and not on_file:
                fills[attribute] = on_file = here[0]
            differs += [f"{label}: {each}" for each in here if each not in (on_file, *notes.split())]
        missing = _missing_lines(known.notes, "\n".join(part for part in (notes, *differs) if part))
        if missing:
            fills["notes"] = f"{known.notes}\n\n{missing}" if known.notes else missing
        return fills

    def _ways(self, known: Candidate) -> Iterator[tuple[str, str, str | None, tuple[str, ...]]]:
        """Attribute, its word, what is on file, and what the row has, for each way to reach a person."""
        free = tuple(each for each in self.draft.emails if not self.books.has_address(each))
        yield "email", "E-mail", known.email, self.draft.emails if known.email else free
        yield "phone", "Telephone", known.phone, self.draft.phones
        pages = (self.draft.profile,) if self.draft.profile else ()
        yield "profile_url", "Profile page", known.profile_url, pages


def _all_of(draft: Draft, notes: str) -> dict[str, str]:
    given = {
        "email": next(iter(draft.emails), None),
        "phone": next(iter(draft.phones), None),
        "profile_url": draft.profile,
        "notes": notes,
    }
    return {attribute: value for attribute, value in given.items() if value}


def _missing_lines(on_file: str, here: str) -> str:
    """The lines of `here` that are not on file; its paragraphs stay apart."""
    known = {line.strip() for line in on_file.splitlines()}
    kept = [line for line in here.splitlines() if not line.strip() or line.strip() not in known]
    return "\n".join(kept).strip()


def _same_words(name: str, other: str) -> bool:
    return name.casefold().split() == other.casefold().split()
