"""“Send it yourself”: the candidate's page with their link, and what opens behind it, over real requests."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from core.settings import ROOT
from forms import create_app
from forms.candidates.models import Candidate
from forms.links import LINKS, Purpose
from forms.outbox.delivery import deliver_due
from forms.outbox.models import OUTBOX, Mail
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.referrals.models import REFERRALS, THROUGH_LINK, Referral, ReferralKind
from forms.referrals.personal_views import MOST_PER_VISITOR
from forms.referrals.sharing import ways_to_send
from forms.store.memory import MemoryStore
from forms.web.logs import redact
from tests.forms.acting import DeskActions, browser, token_in
from tests.forms.people import Scene, someone
from tests.forms.reading import SCRIPT, assert_refused, dump, hidden, summary, value, words

LOOKING = {
    "kind": "candidate",
    "name": "Bea Bright",
    "email": "Bea@People.example",
    "phone": "",
    "profile_url": "",
    "company": "",
    "words": "Back end, in Leeds.",
    "consent": "y",
}
HIRING = {**LOOKING, "kind": "client", "company": "Carter Works", "words": "A platform lead."}


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


@dataclass
class Sender:
    """Ada, who was interviewed, with her private page; and whoever she sends her link to."""

    client: FlaskClient
    clock: ManualClock
    store: MemoryStore
    ada: Candidate
    address: str

    def make(self) -> str:
        """Make the personal link, as she does; gives its path."""
        self.client.post(self.address, data={"csrf_token": token_in(self.client.get(self.address))})
        return self.shown()

    def shown(self) -> str:
        """The path of the link on her page; '' where there is none."""
        found = re.search(r'id="link" type="text" value="([^"]+)"', self.client.get(self.address).text)
        return urlsplit(html.unescape(found[1])).path if found else ""

    def end(self) -> None:
        token = token_in(self.client.get(self.address))
        self.client.post(self.address + "end/", data={"csrf_token": token})

    def introduce(self, link: str, typed: dict[str, str] | None = None) -> TestResponse:
        """Open the form, take the time a person takes, and send it."""
        form = hidden(self.client.get(link))
        self.clock.advance(dt.timedelta(seconds=20))
        return self.client.post(link, data={**form, **(typed or LOOKING)})

    @property
    def referrals(self) -> list[Referral]:
        with self.store.read() as reader:
            return REFERRALS.find(reader, order="created")

    @property
    def mails(self) -> list[Mail]:
        with self.store.read() as reader:
            return OUTBOX.find(reader, order="created")


@pytest.fixture
def sender(app: Flask, scene: Scene, clock: ManualClock, store: MemoryStore) -> Sender:
    ada = scene.candidate()
    scene.interview(scene.candidacy(ada))
    token, _ = scene.link(ada.id)
    return Sender(browser(app), clock, store, ada, f"/status/{token}/refer/send/")


def test_the_link_is_made_when_it_is_wanted_and_is_the_same_each_time(sender: Sender) -> None:
    assert sender.shown() == ""
    before = dump(sender.store)
    assert sender.client.get(sender.address).status_code == 200
    assert dump(sender.store) == before
    link = sender.make()
    assert re.fullmatch(r"/r/[\w-]{43}/", link)
    assert sender.make() == sender.shown() == link


def test_only_the_hash_of_the_link_is_kept(sender: Sender) -> None:
    code = sender.make().split("/")[2]
    assert code not in str(dump(sender.store))
    with sender.store.read() as reader:
        assert LINKS.count(reader, {"holder": sender.ada.id}) == 2


def test_after_a_change_of_the_secret_key_a_new_link_is_made(
    sender: Sender,
    environ: dict[str, str],
    store: MemoryStore,
    clock: ManualClock,
    content: Path,
    tmp_path: Path,
) -> None:
    """And the old one still opens: its hash is there."""
    old = sender.make()
    app = create_app(
        {**environ, "FOLLOWUP_SECRET_KEY": "another key for tests"},
        store=store, clock=clock, content=content, root=tmp_path,
    )  # fmt: skip
    sender.client = browser(app)
    assert sender.shown() == ""
    assert sender.make() not in ("", old)
    assert sender.client.get(old).status_code == 200


def test_the_page_offers_a_message_ways_to_send_it_and_a_picture(sender: Sender) -> None:
    link = "http://localhost" + sender.make()
    page = sender.client.get(sender.address).text
    message = html.unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.S)[1])  # type: ignore[index]
    assert message.endswith(link)
    assert "Anna Headhunter" in message
    for start in (
        "mailto:?",
        "https://wa.me/?",
        "https://t.me/share/url?",
        "sms:?",
        "https://www.linkedin.com/",
    ):
        assert f'href="{start}' in page
    assert "<svg" in page
    assert 'role="img" aria-label="QR code of the link above"' in page
    assert not re.search(r'<(?:img|script|link|iframe)[^>]+(?:src|href)="https?:', page)


def test_each_way_carries_the_whole_message() -> None:
    ways = {
        way.label: way.url
        for way in ways_to_send("A & B", "Hello,\n\nyou & me: 50% +1?", "https://x.example/r/c/")
    }
    mail = parse_qs(urlsplit(ways["Mail"]).query)
    assert mail == {
        "subject": ["A & B"],
        "body": ["Hello,\r\n\r\nyou & me: 50% +1?\r\n\r\nhttps://x.example/r/c/"],
    }
    assert "+" not in urlsplit(ways["Mail"]).query  # a mail program would show a plus, not a blank
    for label in ("WhatsApp", "Text message"):
        assert unquote(ways[label]).endswith("you & me: 50% +1?\n\nhttps://x.example/r/c/")
    telegram = parse_qs(urlsplit(ways["Telegram"]).query)
    assert telegram["url"] == ["https://x.example/r/c/"]


def test_who_opens_it_reads_who_sent_it_and_nothing_more_of_them(sender: Sender) -> None:
    link = sender.make()
    before = dump(sender.store)
    page = sender.client.get(link)
    assert "Ada sent you here" in page.text
    assert "Ashworth" not in page.text
    assert "ada@people.example" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in page.headers
    assert dump(sender.store) == before


def test_who_introduces_themselves_is_received_with_their_consent(sender: Sender) -> None:
    link = sender.make()
    sent = sender.introduce(link)
    assert (sent.status_code, sent.location) == (303, f"{link}thanks/")
    assert "Thank you for introducing yourself" in sender.client.get(sent.location).text
    (kept,) = sender.referrals
    assert (kept.kind, kept.email, kept.own_words) == (
        ReferralKind.CANDIDATE,
        "bea@people.example",
        "Back end, in Leeds.",
    )
    assert kept.consent_version
    assert kept.confirmed
    receipt, thanks = sorted(sender.mails, key=lambda mail: mail.recipient, reverse=True)
    assert (receipt.recipient, thanks.recipient) == ("bea@people.example", "ada@people.example")
    assert receipt.subject == "Thank you for introducing yourself"
    assert receipt.access_for == f"notice:{kept.id}"
    assert thanks.subject == "Thank you: somebody used your link"
    for secret in ("Bea", "bea@", "Leeds"):
        assert secret not in thanks.subject + thanks.body


def test_the_referrer_sees_that_somebody_came_and_not_who(sender: Sender) -> None:
    sender.introduce(sender.make(), HIRING)
    page = sender.client.get(sender.address.removesuffix("refer/send/")).text
    assert THROUGH_LINK in page
    assert "Received" in page
    for secret in ("Bea", "Carter", "platform lead"):
        assert secret not in page


def test_somebody_on_the_books_already_is_answered_the_same(sender: Sender, scene: Scene) -> None:
    """Nor does the referrer's page, or a mail, tell the one from the other."""
    link = sender.make()
    scene.candidate("Bea Bright", "bea@people.example")
    known = sender.introduce(link)
    stranger = sender.introduce(link, {**LOOKING, "name": "Cyd New", "email": "cyd@people.example"})
    assert (known.status_code, known.location, known.data) == (
        stranger.status_code,
        stranger.location,
        stranger.data,
    )
    thanks = [mail for mail in sender.mails if mail.recipient == "ada@people.example"]
    assert len(thanks) == 2
    assert thanks[0].body == thanks[1].body
    page = sender.client.get(sender.address.removesuffix("refer/send/")).text
    rows = re.findall(r'<tr><th scope="row">(Somebody.*?)</tr>', page, re.S)
    assert len(rows) == 2
    assert words(rows[0]) == words(rows[1])


def test_a_second_click_makes_one_referral_and_one_mail_each(sender: Sender) -> None:
    link = sender.make()
    form = hidden(sender.client.get(link))
    sender.clock.advance(dt.timedelta(seconds=20))
    for _ in range(2):
        assert sender.client.post(link, data={**form, **LOOKING}).status_code == 303
    sender.introduce(link)
    assert len(sender.referrals) == 1
    assert len(sender.mails) == 2


def test_without_an_address_nobody_is_mailed_but_the_referrer(sender: Sender) -> None:
    sender.introduce(sender.make(), {**LOOKING, "email": "", "phone": "020 7946 0321"})
    assert [mail.recipient for mail in sender.mails] == ["ada@people.example"]


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "ADA@people.example"},
        {"email": "", "phone": "020 7946 0999"},
        {"email": "other@people.example", "name": "ada ashworth"},
    ],
)
def test_who_fills_in_their_own_link_is_flagged(sender: Sender, typed: dict[str, str]) -> None:
    """By address, number or name; the answer is as for anybody."""
    sent = sender.introduce(sender.make(), {**LOOKING, **typed})
    assert sent.status_code == 303
    (kept,) = sender.referrals
    assert kept.own
    assert kept.confirmed is None


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("kind", "", "Choose what brings you here"),
        ("name", "", "Enter your name."),
        ("email", "bea at people", "Enter an e-mail address such as name@example.org."),
        ("email", "", "Give an e-mail address, a telephone number or a profile page."),
        ("words", "x" * 501, "Write at most 500 characters."),
        ("consent", "", "Say that I may keep this and get in touch."),
    ],
)
def test_a_wrong_field_says_so_and_keeps_the_rest(
    sender: Sender, field: str, typed: str, message: str
) -> None:
    answers = {**LOOKING, field: typed}
    if field == "consent":
        del answers["consent"]
    page = sender.introduce(sender.make(), answers)
    assert_refused(page, field, message)
    assert value(page, "name") == ("" if field == "name" else "Bea Bright")
    assert sender.referrals == []


def test_who_is_hiring_says_for_whom(sender: Sender) -> None:
    page = sender.introduce(sender.make(), {**HIRING, "company": ""})
    assert_refused(page, "company", "Enter the company you hire for.")


def test_nothing_is_ticked_beforehand(sender: Sender) -> None:
    assert " checked" not in sender.client.get(sender.make()).text


def test_a_form_filled_in_by_a_machine_asks_once_more(sender: Sender) -> None:
    link = sender.make()
    form = hidden(sender.client.get(link))
    quick = sender.client.post(link, data={**form, **LOOKING})
    assert "Please look through it once more" in summary(quick)
    trapped = sender.introduce(link, {**LOOKING, "website_2": "https://spam.example"})
    assert "Please look through it once more" in summary(trapped)
    assert value(trapped, "words") == LOOKING["words"]
    assert sender.referrals == []


def test_one_address_introduces_so_many_a_day_and_no_more(sender: Sender) -> None:
    link = sender.make()
    for number in range(MOST_PER_VISITOR):
        assert sender.introduce(link, {**LOOKING, "email": f"p{number}@people.example"}).status_code == 303
    page = sender.introduce(link, {**LOOKING, "email": "late@people.example"})
    assert "This cannot be taken today." in summary(page)
    assert value(page, "name") == "Bea Bright"
    assert len(sender.referrals) == MOST_PER_VISITOR


def test_wrong_expired_and_ended_links_look_alike(sender: Sender) -> None:
    link = sender.make()
    wrong = sender.client.get(f"/r/{'x' * 43}/")
    assert wrong.status_code == 404
    sender.end()
    assert sender.shown() == ""
    for address in (link, f"{link}thanks/", "/r/short/"):
        assert sender.client.get(address).data == wrong.data
        assert sender.client.get(address).status_code == 404
    fresh = sender.make()
    assert fresh != link
    form = hidden(sender.client.get(fresh))
    sender.clock.advance(dt.timedelta(days=180))
    wrong = sender.client.get(f"/r/{'x' * 43}/")  # another year stands in its foot by now
    assert sender.client.get(fresh).data == wrong.data
    late = sender.client.post(fresh, data={**form, **LOOKING})
    assert late.status_code == 404
    assert sender.referrals == []


def test_a_link_of_another_kind_opens_nothing_here_nor_this_one_there(sender: Sender, scene: Scene) -> None:
    token, _ = scene.link(sender.ada.id)
    assert sender.client.get(f"/r/{token}/").status_code == 404
    assert sender.client.get(f"/status/{sender.make().split('/')[2]}/").status_code == 404


def test_another_links_form_is_refused(sender: Sender, scene: Scene) -> None:
    """Nor is one from another site, nor one without a token."""
    link = sender.make()
    form = {**hidden(sender.client.get(link)), **LOOKING}
    sender.clock.advance(dt.timedelta(seconds=20))
    evil = sender.client.post(link, data=form, headers={"Origin": "https://evil.example"})
    bare = sender.client.post(link, data={**form, "csrf_token": ""})
    assert (evil.status_code, bare.status_code) == (403, 403)
    assert "Back end, in Leeds." in bare.text
    otto = scene.candidate("Otto Other", "otto@people.example")
    token, _ = scene.link(otto.id)
    page = f"/status/{token}/refer/send/"
    sender.client.post(page, data={"csrf_token": token_in(sender.client.get(sender.address))})
    assert 'id="link"' not in sender.client.get(page).text
    assert sender.referrals == []


def test_the_desk_sees_the_link_and_ends_it(sender: Sender, desk: DeskActions) -> None:
    link = sender.make()
    page = f"/desk/candidates/{sender.ada.id}/"
    assert "to forward" in desk.get(page).text
    with sender.store.read() as reader:
        (kept,) = [each for each in LINKS.find(reader) if each.purpose is Purpose.PERSONAL]
    desk.post(f"{page}links/{kept.id}/revoke/", page=page)
    assert sender.client.get(link).status_code == 404


def test_what_was_typed_is_never_markup(sender: Sender, desk: DeskActions) -> None:
    typed = {**HIRING, **dict.fromkeys(("name", "company", "words"), SCRIPT)}
    link = sender.make()
    refused = sender.introduce(link, {**typed, "email": SCRIPT})
    assert SCRIPT not in refused.text
    sender.introduce(link, typed)
    for address in ("/desk/referrals/", f"/desk/referrals/{sender.referrals[0].id}/"):
        assert SCRIPT not in desk.get(address).text


def test_no_log_names_the_code(sender: Sender) -> None:
    link = sender.make()
    assert redact(f'"GET {link} HTTP/1.1" 200') == '"GET /r/[private]/ HTTP/1.1" 200'


def test_naming_somebody_who_came_already_shows_the_name_that_was_typed(sender: Sender, scene: Scene) -> None:
    sender.introduce(sender.make(), {**LOOKING, "name": "Beatrice Private"})
    scene.refer(sender.ada, someone())
    page = sender.client.get(sender.address.removesuffix("refer/send/")).text
    assert "Bea Bright" in page
    assert "Private" not in page


def test_the_receipt_leads_to_what_is_held_about_them(sender: Sender, app: Flask) -> None:
    sender.introduce(sender.make())
    transport = MemoryTransport()
    deliver_due(replace(cast(MailRoom, app.extensions[EXTENSION]), transport=transport))
    (receipt,) = (
        each for each in transport.sent if each["To"].addresses[0].addr_spec == "bea@people.example"
    )
    found = re.search(r"http://localhost(/notice/\S+/)", receipt.get_content())
    assert found
    page = words(sender.client.get(found[1]).text)
    assert "Ada sent you a link, and you introduced yourself on 12 November 2026" in page
    assert "Ashworth" not in page


def test_what_the_referrer_may_download_says_nothing_of_who_came(sender: Sender) -> None:
    sender.introduce(sender.make(), HIRING)
    page = sender.address.removesuffix("refer/send/") + "data/"
    files = [
        sender.client.get(address).text
        for address in re.findall(r'href="([^"]+\.json)"', sender.client.get(page).text)
    ]
    assert THROUGH_LINK in "".join(files)
    for secret in ("Bea", "Carter", "platform lead"):
        assert secret not in "".join(files)
