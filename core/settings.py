"""The two kinds of settings.

`SiteSettings` says what the publication is; it is content, and stands in `content/site.toml`.
`RunSettings` says how this installation runs; it comes from the environment, prefix `FOLLOWUP_`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.business_days import HolidayRegion
from core.errors import InvalidSettings, Problem
from core.options import Place, option, read_options

ENV_PREFIX = "FOLLOWUP_"
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "site" / "templates"
STATIC = ROOT / "site" / "static"
MESSAGES = "messages"
"""The folder of the content that holds what is sent to people."""


@dataclass(frozen=True)
class NavigationLink:
    """One entry of the main navigation."""

    label: str
    url: str


class Navigation(tuple[NavigationLink, ...]):
    """The main navigation, in order."""

    @classmethod
    def from_setting(cls, value: object) -> Navigation:
        """From a TOML array of tables with `label` and `url`."""
        if not isinstance(value, list):
            raise ValueError("must be tables [[navigation]] with label and url")
        links = []
        for entry in value:
            if not isinstance(entry, dict) or set(entry) != {"label", "url"}:
                raise ValueError("must have exactly a label and a url in each [[navigation]] table")
            links.append(NavigationLink(str(entry["label"]), str(entry["url"])))
        return cls(links)


class Zone(zoneinfo.ZoneInfo):
    """A time zone by its IANA name."""

    @classmethod
    def from_setting(cls, value: object) -> Zone:
        try:
            return cls(str(value))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError('must be an IANA time zone such as "Europe/London"') from error


class TimeOfDay(dt.time):
    """A time of day, in hours and minutes."""

    @classmethod
    def from_setting(cls, value: object) -> TimeOfDay:
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(value).strip())
        if found is None:
            raise ValueError('must be a time of day such as "07:30"')
        return cls(int(found[1]), int(found[2]))


class DaysOpen(int):
    """A number of days; 0 is for ever."""

    @classmethod
    def from_setting(cls, value: object) -> DaysOpen:
        """A whole number, at most a century of days: more would leave the calendar."""
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 36_525:
            raise ValueError("must be a whole number of days, from 0 to 36525")
        return cls(value)


class SiteUrl(str):
    """An absolute http(s) address without a trailing slash."""

    __slots__ = ()

    @classmethod
    def from_setting(cls, value: object) -> SiteUrl:
        if not isinstance(value, str) or not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return cls(value.rstrip("/"))


@dataclass(frozen=True)
class SiteSettings:
    """What `content/site.toml` may say."""

    title: str = option("The name of the publication.")
    url: SiteUrl = option('Where the site is published, as "https://example.org".')
    author: str = option("The headhunter who writes and signs.")
    tagline: str = option("One line under the title.", "")
    description: str = option("Two sentences for search engines and feeds.", "")
    language: str = option("The language of the site, as in HTML's lang.", "en")
    timezone: Zone = option("The IANA time zone in which dates are meant.", Zone("UTC"))
    copyright_from: int = option("The first year of the copyright span in the footer.", 0)
    page_size: int = option("Articles on one page of a list.", 10)
    endpoint: str = option("Origin of the endpoint when it is not the site's own; empty for the same.", "")
    comments: bool = option("Whether articles show comments and take new ones; the endpoint must run.", False)
    comments_days: DaysOpen = option("Days after an article's date at which it takes no more comments; "
                                     "0: never.", DaysOpen(0))  # fmt: skip
    disclosure: str = option("The affiliate note shown under articles with `disclosure: true`.", "")
    navigation: Navigation = option("The links at the top of every page.", Navigation())

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment in the site's own time zone."""
        return moment.astimezone(self.timezone)


@dataclass(frozen=True)
class RunSettings:
    """What the environment may say; each name is prefixed with FOLLOWUP_ and written in capitals."""

    store: str = option("Where records are kept: tinydb:PATH (relative to the project), "
                        "postgresql://USER:PASSWORD@HOST/DATABASE or memory:.",
                        "tinydb:var/followup.json", secret=True)  # fmt: skip
    snapshot_count: int = option("How many snapshots of an embedded store are kept; 0: none are made.", 14)
    snapshot_hours: int = option("Hours after which the next write makes another snapshot.", 24)
    secret_key: str = option(
        "Signs sessions and forms. Empty: made once and kept beside the store, readable by its owner only.",
        "", secret=True)  # fmt: skip
    base_url: str = option("Where people reach this endpoint; links in mail start with it.",
                           "http://127.0.0.1:8000")  # fmt: skip
    content: str = option("The folder of what the headhunter writes.", "content")
    trusted_hosts: str = option("Host names the endpoint answers to, comma-separated; empty: the host of "
                                "FOLLOWUP_BASE_URL, and loopback.", "")  # fmt: skip
    proxy_hops: int = option("How many proxies in front set X-Forwarded-For; 0 trusts none.", 0)
    serve_site: bool = option("Serve the built site beside the endpoint.", False)
    site_dir: str = option("The built site, for FOLLOWUP_SERVE_SITE.", "build")
    mail: str = option("How mail leaves: console: (printed), smtp://HOST:PORT, smtp+starttls://HOST:PORT or "
                       "smtps://HOST:PORT.", "console:")  # fmt: skip
    mail_user: str = option("The account at the SMTP server; empty for none.", "")
    mail_password: str = option("The password of that account.", "", secret=True)
    mail_from: str = option("The address mail is sent from; empty: the recruiter's own.", "")
    bounce_address: str = option(
        "Where mail that cannot be delivered goes back to, such as bounces@example.org: each message says "
        "bounces+TOKEN@example.org to the mail server. Empty: the address mail is sent from.",
        "",
    )
    bounces: str = option("Where read-bounces finds what came back: a Maildir, an mbox or one message in a "
                          "file.", "")  # fmt: skip
    link_days: int = option("Days a private link stays valid.", 180)
    share_candidates: bool = option("Whether a new candidate is shared with all colleagues, unless the desk "
                                    "says otherwise; if not, their own recruiter and the owners see them.",
                                    True)  # fmt: skip
    ownership_days: int = option("Days for which a referral credits who made it, counted from the day the "
                                 "person confirmed it, or else was named.", 180)  # fmt: skip
    promise_days: int = option("Business days after an interview by which a candidate hears.", 5)
    undo_minutes: int = option("Minutes an answer waits before it goes out and can be called back; 0: none.",
                               10)  # fmt: skip
    ask_days: int = option("Days after an answer went out by mail at which the invitation to refer someone "
                           "follows, where the desk said so; 0: never.", 7)  # fmt: skip
    audit_days: int = option("Days for which the desk's owners can read who saw and who changed what.", 365)
    holidays: HolidayRegion = option(
        'Whose public holidays are no business days: a country or a part of one, as "GB-ENG" or "CA-ON". '
        "Empty: Monday to Friday count.", HolidayRegion())  # fmt: skip
    digest: TimeOfDay | None = option(
        'When each recruiter gets the day\'s list by mail, on business days, as "07:30" in the site\'s time '
        "zone. Empty: never.", None)  # fmt: skip
    publish_figures: bool = option("Write content/figures.json, the public figures of the promise, while "
                                   "`serve` runs or by `export-figures`.", False)  # fmt: skip
    notice_days: int = option("Days within which somebody who was referred is told of it; after that the "
                              "record erases itself.", 30)  # fmt: skip
    keep_candidates_days: int = option("Days after the last contact at which a candidate is erased, unless "
                                       "they are owed an answer; 0: never.", 1095)  # fmt: skip
    keep_referrals_days: int = option("Days after its last step at which a referral is erased; 0: never.",
                                      365)  # fmt: skip
    keep_mail_days: int = option("Days after which the text of a message that went out is erased; 0: never.",
                                 730)  # fmt: skip
    keep_imports_days: int = option("Days after which an import can no longer be taken back, and what that "
                                    "needs is erased; 0: never.", 90)  # fmt: skip
    copy_days: int = option("Days after which earlier copies of an embedded store are removed, so that who "
                            "was erased is in none of them; 0: never.", 30)  # fmt: skip
    publish_comments: bool = option("Write approved comments to content/comments/, from where the site takes "
                                    "them.", True)  # fmt: skip
    comments_at_once: bool = option("Publish a comment at once when an earlier one of its address was "
                                    "approved and nothing speaks against it; otherwise all are read first.",
                                    False)  # fmt: skip
    comment_origins: str = option("Origins of further sites whose pages send comments here, "
                                  "comma-separated, as https://www.example.org; the site's own and this "
                                  "endpoint's need not be named.", "")  # fmt: skip
    akismet_key: str = option("A key of Akismet, which is then asked whether a comment is spam. Empty: "
                              "nobody is asked.", "", secret=True)  # fmt: skip
    akismet_url: str = option("Where Akismet answers, when it is not its own address.", "")
    phone_region: str = option("Country (ISO 3166, two letters) in which numbers without +… are read.", "GB")


def load_site_settings(content: Path) -> SiteSettings:
    """Read `site.toml` in `content`. Raises InvalidSettings with file and line."""
    path = content / "site.toml"
    shown = display_path(path)
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except FileNotFoundError:
        problem = Problem(shown, 0, "there is no such file", "write one; docs/operate.md lists its options")
        raise InvalidSettings([problem]) from None
    except UnicodeDecodeError as error:
        problem = Problem(shown, 0, f"not UTF-8 (byte {error.start})", "save it as UTF-8")
        raise InvalidSettings([problem]) from error
    except tomllib.TOMLDecodeError as error:
        problem = Problem(shown, _line_in(str(error)), f"not TOML: {error}", "put text values in quotes")
        raise InvalidSettings([problem]) from error
    settings, problems = read_options(SiteSettings, values, lambda name: Place(shown, _line_of(name, text)))
    if settings is None:
        raise InvalidSettings(problems)
    return settings


def load_run_settings(environment: Mapping[str, str]) -> RunSettings:
    """Read the variables that start with FOLLOWUP_. Raises InvalidSettings naming the variable.

    Those of the tests (FOLLOWUP_TEST_…) are no settings: processes that the tests start inherit them.
    """
    values = {
        name.removeprefix(ENV_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENV_PREFIX) and not name.startswith(f"{ENV_PREFIX}TEST_")
    }
    settings, problems = read_options(
        RunSettings, values, lambda _name: Place("environment"), lambda name: ENV_PREFIX + name.upper()
    )
    if settings is None:
        raise InvalidSettings(problems)
    return settings


def display_path(path: Path) -> str:
    """A path as a person wrote it: relative to the working directory where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, RuntimeError):  # elsewhere; or links that lead in a circle
        return str(path)


def _line_of(name: str, text: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if name and line.lstrip().removeprefix("[[").startswith(name):
            return number
    return 0


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 0
