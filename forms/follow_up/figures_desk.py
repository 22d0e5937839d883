"""Figures at the desk: how a period went, drawn and in tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from forms.follow_up.figures import Answers, Figures, figures
from forms.follow_up.models import FOLLOW_UPS
from forms.follow_up.periods import ALL_TIME, Period, PeriodKind, period_named, period_of
from forms.store.protocol import Reader
from forms.store.veil import everything
from forms.web.context import context

bp = Blueprint("figures", __name__, url_prefix="/figures")

Piece = tuple[str, int, str]


@dataclass(frozen=True)
class Turn:
    """A link to another period."""

    label: str
    url: str
    current: bool = False


@bp.get("/", defaults={"name": ""})
@bp.get("/<name>/")
def index(name: str) -> ResponseReturnValue:
    """The figures of a period: `name` as 2026-11, 2026-Q4, 2026 or all; without one, of this year."""
    found, today = context(), context().today()
    period = _period(name, today)
    with found.store.read() as seen:
        reader = everything(seen)  # numbers only: they are of the whole desk
        counted = figures(reader, period, today, found.site.timezone)
        first = _first_day(reader)
    return render_template(
        "follow_up/figures.html",
        page_title="Figures",
        figures=counted,
        today=today,
        tabs=[_tab(kind, period, today) for kind in PeriodKind],
        before=_neighbour(period, -1, first or today, today),
        after=_neighbour(period, 1, first or today, today),
        pieces=_pieces(counted.answers),
        columns=[
            (part.period.short_label, [piece[:2] for piece in _pieces(part.answers)])
            for part in counted.parts
        ],
        drawn_by=_drawn_by(counted),
    )


def _period(name: str, today: dt.date) -> Period:
    if not name:
        return period_of(PeriodKind.YEAR, today)
    try:
        period = period_named(name)
    except ValueError:
        abort(404)
    if period.start is not None and period.start > today:
        abort(404)
    return period


def _first_day(reader: Reader) -> dt.date | None:
    """The day of the first interview of all."""
    oldest = FOLLOW_UPS.find(reader, order="since", limit=1)
    return oldest[0].since if oldest else None


def _tab(kind: PeriodKind, shown: Period, today: dt.date) -> Turn:
    """The period of this kind that belongs to the one shown: its last day's, or today's."""
    day = today if shown.end is None else min(shown.end - dt.timedelta(days=1), today)
    period = shown if kind is shown.kind else period_of(kind, day)
    return Turn(kind.label, _url(period), current=kind is shown.kind)


def _neighbour(period: Period, steps: int, first: dt.date, today: dt.date) -> Turn | None:
    """The period before or after, as long as the ledger reaches there."""
    if period == ALL_TIME or period.start is None or period.end is None:
        return None
    if (steps < 0 and period.start <= first) or (steps > 0 and period.end > today):
        return None
    other = period.moved(steps)
    return Turn(other.label, _url(other))


def _url(period: Period) -> str:
    return url_for("desk.figures.index", name=period.name)


def _pieces(answers: Answers) -> list[Piece]:
    """The people of a period by what they heard, as the chart stacks them."""
    return [
        ("kept", answers.in_time, "answered by the date promised"),
        ("later", answers.after_date, "answered later"),
        ("open", answers.waiting, "waiting"),
    ]


def _drawn_by(counted: Figures) -> str:
    """The kind of the chart's columns, in a word."""
    return counted.parts[0].period.kind.value if counted.parts else ""
