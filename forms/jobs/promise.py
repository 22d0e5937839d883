"""The promise: by which date an interviewed person hears."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from core.business_days import BusinessDays


class PromiseKind(enum.StrEnum):
    """How a promise is counted.

    `ontario_45_days` is a limit of the law: in Ontario an employer of 25 people or more tells everyone
    interviewed for a publicly advertised job, within 45 (calendar) days of their last interview, whether a
    decision has been made. Employment Standards Act, 2000, s. 8.6 (Working for Workers Five Act, 2024) with
    O. Reg. 476/24, in force from 1 January 2026: https://www.ontario.ca/laws/regulation/240476
    """

    BUSINESS_DAYS = "business_days"
    ONTARIO_45_DAYS = "ontario_45_days"


ONTARIO_DAYS = 45


@dataclass(frozen=True)
class Promise:
    """So many days after an interview: business days, or by the calendar alone."""

    days: int
    kind: PromiseKind = PromiseKind.BUSINESS_DAYS

    def due(self, interviewed: dt.date, calendar: BusinessDays) -> dt.date:
        """The last day on which the promise is kept."""
        if self.kind is PromiseKind.ONTARIO_45_DAYS:
            return interviewed + dt.timedelta(days=ONTARIO_DAYS)
        return calendar.after(interviewed, self.days)

    def __str__(self) -> str:
        """In words: "5 business days"."""
        if self.kind is PromiseKind.ONTARIO_45_DAYS:
            return f"{ONTARIO_DAYS} calendar days (Ontario)"
        return f"{self.days} business day{'' if self.days == 1 else 's'}"
