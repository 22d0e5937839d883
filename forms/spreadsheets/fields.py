"""What a column of a spreadsheet can hold for us."""

from __future__ import annotations

import enum


class Field(enum.StrEnum):
    """The meaning of a column. The value is what `--map "Column=field"` takes."""

    NAME = "name"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"
    EMAIL = "email"
    EMAIL_2 = "email-2"
    CELL_PHONE = "cell-phone"
    HOME_PHONE = "home-phone"
    WORK_PHONE = "work-phone"
    PROFILE = "profile"
    NOTES = "notes"
    SOURCE_ID = "id-elsewhere"
    ADDED = "added"
    JOB = "job"
    CLIENT = "client"
    LOCATION = "location"
    STAGE = "stage"
    OUTCOME = "outcome"
    DECIDED = "decided"
    INTERVIEWED = "interviewed"
    KIND = "interview-kind"
    ANSWERED = "answered"
    INTO_NOTES = "into-notes"
    LEAVE_OUT = "leave-out"

    @property
    def label(self) -> str:
        """The field in the desk's words."""
        return _LABELS[self]


_LABELS = {
    Field.NAME: "Name",
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.EMAIL: "E-mail",
    Field.EMAIL_2: "Second e-mail",
    Field.CELL_PHONE: "Telephone (mobile)",
    Field.HOME_PHONE: "Telephone (home)",
    Field.WORK_PHONE: "Telephone (work)",
    Field.PROFILE: "Profile page",
    Field.NOTES: "Private notes",
    Field.SOURCE_ID: "Number in the other system",
    Field.ADDED: "Date added there",
    Field.JOB: "Job",
    Field.CLIENT: "Client",
    Field.LOCATION: "Location of the job",
    Field.STAGE: "Stage",
    Field.OUTCOME: "Outcome",
    Field.DECIDED: "Date of the outcome",
    Field.INTERVIEWED: "Dates of interviews",
    Field.KIND: "How interviews were held",
    Field.ANSWERED: "Answered (yes, no, or the date)",
    Field.INTO_NOTES: "Into the notes, with its label",
    Field.LEAVE_OUT: "Leave out",
}

PHONES = (Field.CELL_PHONE, Field.HOME_PHONE, Field.WORK_PHONE)
EMAILS = (Field.EMAIL, Field.EMAIL_2)
DATES = (Field.ADDED, Field.DECIDED, Field.INTERVIEWED, Field.ANSWERED)
"""The fields that hold dates, some of them beside other words."""
