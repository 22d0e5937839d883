"""The invented people, companies and jobs of the demonstration, and how far each story has come.

All addresses are at example.org (RFC 2606). All numbers are from the ranges Ofcom keeps for drama, which ring
nowhere. Days are counted back from today; a negative one is still to come.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass

from forms.candidates.models import InterviewKind, Outcome, Stage
from forms.jobs.models import JobState
from forms.referrals.models import HiringNeed, ReferralKind, ReferralState, Relation, Wish

PHONE, VIDEO, ON_SITE = InterviewKind.PHONE, InterviewKind.VIDEO, InterviewKind.ON_SITE


@dataclass(frozen=True)
class Company:
    """A client with its hiring manager."""

    name: str
    alias: str
    manager: str
    title: str


@dataclass(frozen=True)
class Vacancy:
    """A job; `state` is what it has come to by today, `ended` days ago if it ended."""

    client: str
    title: str
    location: str
    opened: int
    state: JobState = JobState.OPEN
    confidential: bool = False
    promise_days: int | None = None
    ended: int = 0


class Told(enum.Enum):
    """How far the telling has come."""

    NOTHING = enum.auto()
    BY_MAIL = enum.auto()
    BY_CALL = enum.auto()
    DRAFTED = enum.auto()
    MAIL_FAILED = enum.auto()
    NOT_DECIDED = enum.auto()


@dataclass(frozen=True)
class Story:
    """One candidate for one job. `interviews` are (days ago, kind); what was told was `told_ago` days ago.

    `stage` is the last one reached by a step of its own; a decision is made the day before it is told.
    """

    name: str
    job: str
    stage: Stage
    began: int
    interviews: tuple[tuple[int, InterviewKind], ...] = ()
    outcome: Outcome | None = None
    reason: str = ""
    observation: str = ""
    told: Told = Told.NOTHING
    told_ago: int = 0
    by_phone_only: bool = False

    @property
    def decided_ago(self) -> int:
        """Days since the decision, if there is one."""
        return self.told_ago + 1


@dataclass(frozen=True)
class Naming:
    """One referral. `states` are what it went through after it was received."""

    by: str
    kind: ReferralKind
    name: str
    relation: Relation
    why: str
    ago: int
    states: tuple[ReferralState, ...] = ()
    taken_up: bool = False
    for_job: str = ""
    field_of_work: str = ""
    company: str = ""
    role: str = ""
    hiring_need: HiringNeed | None = None
    wish: Wish | None = None


COMPANIES = (
    Company("Quillmark Systems", "a software house in Leeds", "Bethan Rowe", "Head of Engineering"),
    Company("Harbour & Finch", "a logistics company in Bristol", "Gareth Pike", "Technology Director"),
    Company("Ternfield Energy", "an energy company in Aberdeen", "Ailsa Munro", "Data Lead"),
    Company("Northgate Credit Union", "a credit union in Newcastle", "Paul Teasdale", "Head of Risk"),
)

PLATFORM, DATA, MANAGER = "Platform engineer", "Data engineer", "Engineering manager"
ANALYST, QUALITY, MOBILE, RELIABILITY = "Security analyst", "Test lead", "Mobile developer", "SRE"

VACANCIES = (
    Vacancy("Quillmark Systems", PLATFORM, "Leeds, two days a week", 40),
    Vacancy("Ternfield Energy", DATA, "Remote", 45, confidential=True, promise_days=8),
    Vacancy("Harbour & Finch", MANAGER, "Bristol", 60, JobState.FILLED, ended=9),
    Vacancy("Northgate Credit Union", ANALYST, "Newcastle", 90, JobState.CLOSED, ended=43),
    Vacancy("Harbour & Finch", QUALITY, "Bristol or remote", 50, JobState.ON_HOLD, ended=18),
    Vacancy("Quillmark Systems", MOBILE, "Leeds", 70, JobState.CANCELLED, ended=36),
    Vacancy("Northgate Credit Union", RELIABILITY, "Newcastle", 3, JobState.LEAD),
)

WAITING, DRAFTED, ANSWERED = "Amara Osei", "Jonas Weidmann", "Daniel Okonkwo"

COLLEAGUE, COLLEAGUES_JOB = "Marek Halloran", QUALITY
"""A second recruiter, and the job that was handed over to them."""

OPENED = (
    (WAITING, "has waited too long"),
    (DRAFTED, "is decided, not told yet: answer him at the desk"),
    (ANSWERED, "has had his answer, and referred people"),
)
"""Whose private pages the demonstration opens, and why."""

STORIES = (
    Story(WAITING, PLATFORM, Stage.INTERVIEWING, 30, ((20, PHONE), (13, VIDEO))),
    Story("Tobias Lindqvist", PLATFORM, Stage.INTERVIEWING, 21, ((7, VIDEO),)),
    Story("Priya Raman", PLATFORM, Stage.INTERVIEWING, 18, ((4, PHONE), (-2, ON_SITE))),
    Story("Elena Marchetti", PLATFORM, Stage.SUBMITTED, 9),
    Story("Kofi Mensah", PLATFORM, Stage.QUALIFYING, 6),
    Story("Hannah Brandt", PLATFORM, Stage.CONTACTED, 4),
    Story("Mei-Ling Zhou", DATA, Stage.INTERVIEWING, 35, ((16, VIDEO),), told=Told.NOT_DECIDED, told_ago=4),
    Story("Oskar Nyberg", DATA, Stage.OFFERED, 38, ((19, VIDEO), (10, ON_SITE))),
    Story(
        "Fatima Benali", DATA, Stage.INTERVIEWING, 36, ((17, VIDEO),), Outcome.CLIENT_DECLINED,
        "The client wanted more years with streaming systems than you have.",
        "Your account of the failed migration, and what you changed after it, was the clearest of the round.",
        Told.BY_MAIL, 9,
    ),
    Story(
        "Grace Adeyemi", MANAGER, Stage.OFFERED, 55, ((33, VIDEO), (22, ON_SITE)), Outcome.PLACED,
        "They want you to begin in January.", told=Told.BY_CALL, told_ago=11,
    ),
    Story(
        DRAFTED, MANAGER, Stage.INTERVIEWING, 52, ((32, VIDEO), (16, ON_SITE)), Outcome.JOB_FILLED,
        "The other candidate had led a team through the same kind of merger.",
        "Gareth came back to the way you hand over an incident; it is worth leading with.", Told.DRAFTED,
    ),
    Story(
        "Lucía Ferrer", MANAGER, Stage.INTERVIEWING, 50, ((25, VIDEO),), Outcome.JOB_FILLED,
        "The client looked for somebody who has managed managers.",
        "Your questions about the budget were the best anybody asked.", Told.MAIL_FAILED, 8,
    ),
    Story(
        "Rhys Cadwallader", MANAGER, Stage.INTERVIEWING, 49, ((14, PHONE),), Outcome.JOB_FILLED,
        "The job went to somebody who lives nearer to the site.", by_phone_only=True,
    ),
    Story(
        "Ines Carvalho", ANALYST, Stage.OFFERED, 85, ((60, VIDEO), (50, ON_SITE)), Outcome.PLACED,
        "They liked how you wrote up the exercise.", "The exercise was the tidiest they have seen.",
        Told.BY_MAIL, 44,
    ),
    Story(
        ANSWERED, ANALYST, Stage.INTERVIEWING, 84, ((59, VIDEO), (51, ON_SITE)), Outcome.CLIENT_DECLINED,
        "They chose somebody who had worked with a regulator before.",
        "You asked who reads the reports; Paul said nobody had asked him that.", Told.BY_MAIL, 45,
    ),
    Story(
        "Sofia Petrova", ANALYST, Stage.INTERVIEWING, 83, ((58, VIDEO),), Outcome.WITHDREW,
        "You took a job nearer home.", "I would gladly hear from you again.", Told.BY_MAIL, 54,
    ),
    Story(
        "Tom Ashby", QUALITY, Stage.INTERVIEWING, 28, ((21, VIDEO),), Outcome.NO_SHOW,
        "We waited half an hour and could not reach you.", "Your written answers were good.",
        Told.BY_MAIL, 20,
    ),
    Story(
        "Nadia Haddad", MOBILE, Stage.INTERVIEWING, 60, ((41, VIDEO),), Outcome.JOB_CANCELLED,
        "The client has put the whole product aside.", "The small app you showed was a pleasure to use.",
        Told.BY_MAIL, 34,
    ),
)  # fmt: skip

NAMINGS = (
    Naming(
        ANSWERED, ReferralKind.CANDIDATE, "Yusuf Demir", Relation.FORMER_COLLEAGUE,
        "He kept our build system alive for three years and is bored now.", 12,
        taken_up=True, for_job=PLATFORM, field_of_work="Build and release engineering",
    ),
    Naming(
        ANSWERED, ReferralKind.CLIENT, "Carys Bowen", Relation.MANAGER,
        "She was the best manager I had, and has just lost two people.", 2,
        company="Lantern Robotics", role="VP Engineering", hiring_need=HiringNeed.NOW, wish=Wish.INTRODUCE,
    ),
    Naming(
        "Ines Carvalho", ReferralKind.CANDIDATE, "Milan Novák", Relation.COLLEAGUE,
        "He wants to leave consulting, and writes well.", 1, field_of_work="Network security",
    ),
    Naming(
        "Fatima Benali", ReferralKind.CLIENT, "Henrik Aas", Relation.CUSTOMER,
        "They start a data team in the spring.", 8,
        (ReferralState.CONTACTING, ReferralState.IN_CONVERSATION),
        company="Skerry Shipping", role="Operations Director", hiring_need=HiringNeed.LATER,
        wish=Wish.CONTACT,
    ),
)  # fmt: skip

PASSWORD_WORDS = [
    "amber",
    "anchor",
    "basket",
    "birch",
    "bramble",
    "bridge",
    "candle",
    "canvas",
    "cedar",
    "chalk",
    "cinder",
    "clover",
    "copper",
    "cotton",
    "cradle",
    "crescent",
    "drift",
    "ember",
    "fennel",
    "fern",
    "flint",
    "gable",
    "garnet",
    "ginger",
    "granite",
    "harbour",
    "hazel",
    "heather",
    "hollow",
    "indigo",
    "ivory",
    "juniper",
    "kettle",
    "ladder",
    "lantern",
    "linen",
    "lichen",
    "maple",
    "marble",
    "meadow",
    "mortar",
    "nettle",
    "oatmeal",
    "orchard",
    "otter",
    "paddle",
    "parcel",
    "pebble",
    "pewter",
    "plaster",
    "quarry",
    "quill",
    "ribbon",
    "saddle",
    "saffron",
    "shingle",
    "slate",
    "sorrel",
    "spindle",
    "thistle",
    "timber",
    "velvet",
    "willow",
]
"""Words of the demonstration's password: a fresh one each time, as somebody else may reach the port."""


def address(name: str) -> str:
    """An address for a name: "Lucía Ferrer" gives lucia.ferrer@example.org."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@example.org"
