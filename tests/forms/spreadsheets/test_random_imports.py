"""Any file of these values: the dry run comes true, a second time changes nothing, and undo restores."""

from __future__ import annotations

import csv
import io

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from forms import COLLECTIONS, SHAPES
from forms.candidates.models import CANDIDATES
from forms.outbox.models import OUTBOX
from forms.spreadsheets.models import IMPORTED_ROWS
from forms.spreadsheets.steps import Effect
from forms.store.fsck import fsck
from forms.store.memory import MemoryStore
from tests.forms.spreadsheets.practice import Practice

LABELS = ["Name", "E-mail", "2nd E-Mail", "Cell Phone", "Home Phone", "Profile", "Notes", "Job", "Client",
          "Stage", "Interviewed", "Outcome", "Answered"]  # fmt: skip

EMAILS = st.sampled_from(
    ["", "", "ada@people.example", "ADA@people.example", "b@people.example", "c@people.example"]
)
PHONES = st.sampled_from(["", "", "07700 900123", "+44 7700 900123", "020 7946 0101", "12"])
ROWS = st.tuples(
    st.sampled_from(["Ada Ashworth", "Ada M. Ashworth", "Ben Brook", "Ben Ashworth", "Cem Çelik"]),
    EMAILS,
    EMAILS,
    PHONES,
    PHONES,
    st.sampled_from(["", "", "linkedin.com/in/ada", "https://b.example/cv", "none"]),
    st.sampled_from(["", "Shy", "Strong\nbut shy", "'=SUM(A1)"]),
    st.sampled_from(["", "Lead", "lead", "Welder"]),
    st.sampled_from(["Works", "Works", "Mills", ""]),
    st.sampled_from(["", "Contacted", "400", "Interviewing", "Offered", "800", "650"]),
    st.sampled_from(["", "2026-03-02", "2026-03-02, 2026-03-09", "13/03/2026", "2026-12-24", "2026-03-02"]),
    st.sampled_from(["", "", "Client declined", "Withdrew", "Placed"]),
    st.sampled_from(["", "", "no", "yes", "by phone", "2026-03-10", "someday"]),
)
SHEETS = st.lists(ROWS, min_size=1, max_size=6)


def written(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([LABELS, *rows])
    return text.getvalue()


@given(first=SHEETS, second=SHEETS)
@settings(max_examples=100, deadline=None, phases=(Phase.generate, Phase.shrink))
def test_what_was_planned_comes_about_and_is_taken_back(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    practice = Practice(MemoryStore(SHAPES))
    practice.bring(written(first), skip_errors=True)
    before, people = practice.everything(), practice.count(CANDIDATES)
    sheet = written(second)
    plan = practice.plan(sheet)
    made = practice.bring(sheet, skip_errors=True, later=1)
    assert (made is not None) == plan.changes_something
    counts = plan.counts
    assert practice.count(CANDIDATES) == people + counts.new
    assert practice.count(OUTBOX) == 0
    assert fsck(practice.store, COLLECTIONS) == []
    if not counts.errors:  # else a row that could not be understood may be, after those behind it
        after = practice.everything()
        assert practice.bring(sheet, later=2) is None
        assert {row.effect for row in practice.plan(sheet).rows} == {Effect.NOTHING}
        assert practice.everything() == after
    if made is not None:
        assert (made.new, made.added, made.skipped) == (counts.new, counts.adds, counts.errors)
        assert made.debts == counts.debts
        assert practice.take_back(made).kept == ()
        assert practice.everything() == before
        assert practice.count(IMPORTED_ROWS) <= len(first)
