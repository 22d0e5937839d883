"""`content/figures.json`: what the public promise page may say, and nothing else of the ledger.

The figures are totals of the last twelve calendar months. No name, id, job or time of day is in them, and no
group of fewer than five people can be read from them or worked out:

- a count below five is null, with a note that says so;
- a part is null as well when what remains of its whole would be one to four people; that nobody remains
  ("all 41 were answered") may be said, for a group of nobody hides nobody;
- of a whole below ten the note does not say which side is small: 6 of which "all but fewer than five" were
  answered would be 5;
- days are given when at least five people stand behind them: the 90th percentile only when five took as long;
- from one day to the next nothing is written when a count would move by fewer than five, because yesterday's
  file could be subtracted; that waits for the next month, whose file counts other months.

Five is a usual threshold of official statistics (OECD Glossary of Statistical Terms, "Threshold rule"). What
is left: who keeps the files of two months learns by how much the months differ.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from core.files import write_atomically
from forms.follow_up.figures import Answers, Names, ninth_of
from forms.follow_up.figures import figures as count
from forms.follow_up.periods import Period, PeriodKind, months_later
from forms.store.protocol import Reader

FILE = "figures.json"
FORMAT = 1
FEWEST = 5
MONTHS = 12

FEW = "fewer than five"
ALL_BUT_FEW = "all but fewer than five"
UNCLEAR = "a group of fewer than five"

Count = dict[str, int | str | None]
Content = dict[str, Any]


def last_months(today: dt.date) -> Period:
    """The month of `today` and the eleven before it."""
    start = months_later(today, 1 - MONTHS)
    return Period(PeriodKind.YEAR, start, months_later(today, 1))


def public_figures(reader: Reader, today: dt.date, zone: dt.tzinfo, promise_days: int) -> Content:
    """What the file says today. `promise_days`: the business days promised unless a job says otherwise."""
    period = last_months(today)
    found = count(reader, period, today, zone)
    return {
        "format": FORMAT,
        "exported": today.isoformat(),
        "from": (period.start or today).isoformat(),
        "promise_business_days": promise_days,
        "counts": {**counts_of(found.answers), **referral_counts(found.candidates, found.clients)},
        "days": days_of(found.answers),
    }


def export(folder: Path, content: Content, *, at_once: bool = False) -> bool:
    """Write the file into the content folder when it should change; tells whether it did.

    It should when there is none, when another month has begun, or when every count that moved did so by five
    or more; `at_once`: whenever it differs. Raises OSError; what was there then stays.
    """
    path = folder / FILE
    before = _read(path)
    if before is not None and not _is_news(before, content, at_once=at_once):
        return False
    write_atomically(path, as_bytes(content))
    return True


def as_bytes(content: Content) -> bytes:
    """The file's bytes: the keys in the order in which they are documented, a line for each."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def counts_of(answers: Answers) -> dict[str, Count]:
    """The counts of the ledger, with what may not be told left out."""
    interviewed = _whole(answers.interviewed)
    answered = _part(answers.answered, of=interviewed["count"])
    return {
        "interviewed": interviewed,
        "answered": answered,
        "answered_in_time": _part(answers.in_time, of=_base_of_in_time(interviewed, answered)),
    }


def referral_counts(candidates: Names, clients: Names) -> dict[str, Count]:
    """The counts of the referrals: by kind only when both kinds may be told."""
    received = candidates.received + clients.received
    whole = _whole(received)
    both = min(candidates.received, clients.received) >= FEWEST
    kinds = (candidates.received, clients.received) if both else (None, None)
    return {
        "referrals": whole,
        "referred_candidates": _kind(kinds[0], whole),
        "referred_clients": _kind(kinds[1], whole),
        "referrals_that_led_on": _part(candidates.succeeded + clients.succeeded, of=whole["count"]),
    }


def days_of(answers: Answers) -> dict[str, int | None]:
    """Days, when enough people stand behind each.

    How many were answered may be hidden itself, so only the number that the file gives away counts here.
    """
    counts = counts_of(answers)
    sure = counts["answered"]["count"]
    if counts["answered"]["note"] == ALL_BUT_FEW:
        sure = answers.interviewed - FEWEST + 1
    sure = sure if isinstance(sure, int) else 0
    slowest = sure - ninth_of(sure) + 1
    told = counts["answered"]["count"] is not None and answers.waiting >= FEWEST
    return {
        "median": answers.median_days if sure >= FEWEST else None,
        "nine_in_ten": answers.ninth_days if sure and slowest >= FEWEST else None,
        "oldest_open": answers.oldest_days if told else None,
    }


def _whole(number: int) -> Count:
    shown = number >= FEWEST
    return {"count": number if shown else None, "of": None, "note": None if shown else FEW}


def _part(number: int, *, of: int | str | None) -> Count:
    """A part of a whole that the file tells; of one that it does not, nothing."""
    if not isinstance(of, int):
        return {"count": None, "of": None, "note": of or FEW}
    rest = of - number
    if number >= FEWEST and (rest == 0 or rest >= FEWEST):
        return {"count": number, "of": of, "note": None}
    if of < 2 * FEWEST:
        return {"count": None, "of": of, "note": UNCLEAR}
    return {"count": None, "of": of, "note": FEW if number < FEWEST else ALL_BUT_FEW}


def _base_of_in_time(interviewed: Count, answered: Count) -> int | str | None:
    """The whole of "in time": the answered, or the interviewed while nearly all of them are answered."""
    if answered["note"] == ALL_BUT_FEW:
        return interviewed["count"]
    return answered["count"] if answered["count"] is not None else answered["note"]


def _kind(number: int | None, whole: Count) -> Count:
    if number is not None:
        return {"count": number, "of": whole["count"], "note": None}
    return {"count": None, "of": whole["count"], "note": FEW if whole["count"] is None else UNCLEAR}


def _read(path: Path) -> Content | None:
    """What was exported before; None for nothing, or for what is no export of this format."""
    try:
        found = json.loads(path.read_bytes())
        return found if found["format"] == FORMAT and found["exported"] and found["counts"] else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _is_news(before: Content, after: Content, *, at_once: bool) -> bool:
    if {**before, "exported": ""} == {**after, "exported": ""}:
        return False
    another_month = before["exported"][:7] != after["exported"][:7]
    return at_once or another_month or not _tells_of_few(before["counts"], after["counts"])


def _tells_of_few(before: dict[str, Count], after: dict[str, Count]) -> bool:
    """Whether subtracting one from the other would give a group of fewer than five, or lift a veil."""
    if before.keys() != after.keys():
        return False
    return any(_moved_little(before[name], after[name]) for name in after)


def _moved_little(before: Count, after: Count) -> bool:
    old, new = before.get("count"), after["count"]
    if isinstance(old, int) and isinstance(new, int):
        return 0 < abs(new - old) < FEWEST
    return before != after
