"""The referral form, as a candidate meets it: over real requests, from their own link."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from core.settings import ROOT
from forms.outbox.models import OUTBOX
from forms.referrals.models import REFERRALS, HiringNeed, Referral, ReferralKind, ReferralState, Wish
from forms.store.memory import MemoryStore
from tests.forms.acting import browser
from tests.forms.people import Scene
from tests.forms.reading import SCRIPT, assert_refused, beside, hidden, summary, value

LOOKING = {
    "kind": "candidate",
    "name": "Bea Bright",
    "email": "Bea@People.example",
    "phone": "",
    "profile_url": "",
    "relation": "colleague",
    "why": "She writes the clearest code I know.",
    "knows": "yes",
    "may_name": "no",
    "accuracy": "y",
    "field_of_work": "Back end",
    "job": "",
}
HIRING = {
    **LOOKING,
    "kind": "client",
    "name": "Cal Carter",
    "email": "cal@works.example",
    "company": "Carter Works",
    "role": "Head of platform",
    "hiring_need": "later",
    "wish": "introduce",
}


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


@dataclass
class Visitor:
    """A candidate with their link."""

    client: FlaskClient
    clock: ManualClock
    store: MemoryStore
    address: str

    def open(self, kind: str = "candidate") -> dict[str, str]:
        """Open the form and take the time a person takes; gives its hidden fields."""
        form = hidden(self.client.get(f"{self.address}?kind={kind}"))
        self.clock.advance(dt.timedelta(seconds=30))
        return form

    def post(self, typed: dict[str, str]) -> TestResponse:
        return self.client.post(self.address, data=typed)

    def send(self, typed: dict[str, str]) -> TestResponse:
        """Open the form, and send it with what is typed."""
        return self.post({**self.open(), **typed})

    @property
    def referrals(self) -> list[Referral]:
        with self.store.read() as reader:
            return REFERRALS.find(reader, order="created")


@pytest.fixture
def visitor(app: Flask, scene: Scene, clock: ManualClock, store: MemoryStore) -> Visitor:
    """Ada, who was interviewed, with her link."""
    candidacy = scene.interviewed()
    token, _ = scene.link(candidacy.candidate_id)
    return Visitor(browser(app), clock, store, f"/status/{token}/refer/")


def test_somebody_looking_is_received_and_thanked_for(visitor: Visitor) -> None:
    sent = visitor.send(LOOKING)
    assert sent.status_code == 303
    thanks = visitor.client.get(sent.location)
    assert "Thank you for naming Bea Bright" in thanks.text
    (kept,) = visitor.referrals
    assert (kept.kind, kept.email, kept.field_of_work) == (
        ReferralKind.CANDIDATE,
        "bea@people.example",
        "Back end",
    )
    assert (kept.knows, kept.may_name) == (True, False)
    with visitor.store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert mail.subject == "Thank you for referring Bea Bright"
    assert "+44 20 7946 0123" in mail.body


def test_somebody_hiring_is_received_with_what_they_need(visitor: Visitor) -> None:
    assert visitor.send(HIRING).status_code == 303
    (kept,) = visitor.referrals
    assert (kept.kind, kept.company, kept.role) == (
        ReferralKind.CLIENT,
        "Carter Works",
        "Head of platform",
    )
    assert (kept.hiring_need, kept.wish) == (HiringNeed.LATER, Wish.INTRODUCE)
    assert kept.field_of_work == ""


def test_the_other_kinds_answers_are_not_kept(visitor: Visitor) -> None:
    """Somebody changed their mind half-way: what was typed for the other kind is left behind."""
    visitor.send({**HIRING, "kind": "candidate"})
    (kept,) = visitor.referrals
    assert (kept.company, kept.role, kept.hiring_need, kept.wish) == ("", "", None, None)


@pytest.mark.parametrize("kind", ["candidate", "client", "nonsense", "", "%3Cscript%3E"])
def test_the_form_opens_whatever_the_address_says(visitor: Visitor, kind: str) -> None:
    page = visitor.client.get(f"{visitor.address}?kind={kind}")
    assert page.status_code == 200
    assert summary(page) == ""
    assert page.text.count(" checked ") == (1 if kind in ("candidate", "client") else 0)
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("kind", "", "Choose who you know"),
        ("kind", "nonsense", "Choose one of the list."),
        ("name", "", "Enter their name."),
        ("name", "   ", "Enter their name."),
        ("name", "x", "Write between 2 and 120 characters."),
        ("name", "x" * 121, "Write between 2 and 120 characters."),
        ("email", "bea at people", "Enter an e-mail address such as name@example.org."),
        ("phone", "ring me", "Enter a telephone number"),
        ("phone", "7946 0123", "include the area code"),
        ("profile_url", "http://people.example/bea", "starting with https://"),
        ("profile_url", "javascript:alert(1)", "starting with https://"),
        ("profile_url", "people.example/bea", "starting with https://"),
        ("relation", "", "Choose how you know them."),
        ("relation", "nemesis", "Choose one of the list."),
        ("why", "x" * 501, "Write at most 500 characters."),
        ("knows", "", "Say whether they know that you are naming them."),
        ("knows", "perhaps", "Choose one of the list."),
        ("may_name", "", "Say whether I may tell them who named them."),
        ("field_of_work", "x" * 121, "Write at most 120 characters."),
        ("job", "none", "Choose one of the list."),
    ],
)
def test_a_wrong_field_says_so_and_keeps_the_rest(
    visitor: Visitor, field: str, typed: str, message: str
) -> None:
    page = visitor.send({**LOOKING, field: typed})
    assert_refused(page, field, message)
    texts = ("name", "email", "relation", "why", "field_of_work")
    assert all(value(page, name) == LOOKING[name] for name in texts if name != field)
    if field != "knows":
        assert 'checked id="knows-0"' in page.text
    assert visitor.referrals == []


@pytest.mark.parametrize("field", ["knows", "may_name", "accuracy", "kind"])
def test_nobody_consents_by_overlooking(visitor: Visitor, field: str) -> None:
    """Nothing is ticked beforehand, and a field left out is asked for."""
    assert (
        'id="accuracy" name="accuracy" required type="checkbox"' in visitor.client.get(visitor.address).text
    )
    page = visitor.send({name: text for name, text in LOOKING.items() if name != field})
    assert page.status_code == 422
    assert beside(page, field)
    assert visitor.referrals == []


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("company", "Enter the company they hire for."),
        ("hiring_need", "Say whether they need someone, or that you do not know."),
        ("wish", "Choose how we shall meet."),
    ],
)
def test_somebody_hiring_is_asked_for_more(visitor: Visitor, field: str, message: str) -> None:
    """And somebody looking is not."""
    page = visitor.send({**HIRING, field: ""})
    assert_refused(page, field, message)
    assert visitor.send({**LOOKING, field: ""}).status_code == 303


def test_one_way_to_reach_them_is_enough_and_none_is_not(visitor: Visitor) -> None:
    page = visitor.send({**LOOKING, "email": " ", "phone": "", "profile_url": ""})
    assert_refused(page, "email", "Give an e-mail address, a telephone number or a profile page.")
    ways = ({"phone": "020 7946 0321"}, {"profile_url": "https://people.example/bea"})
    for number, way in enumerate(ways):
        typed = {**LOOKING, "email": "", "name": f"Bea {number}", **way}
        assert visitor.send(typed).status_code == 303
    assert len(visitor.referrals) == 2


def test_what_was_typed_is_never_markup(visitor: Visitor, scene: Scene) -> None:
    texts = ("name", "why", "company", "role", "field_of_work")
    refused = visitor.send({**HIRING, **dict.fromkeys(texts, SCRIPT), "email": SCRIPT, "phone": SCRIPT})
    assert refused.status_code == 422
    sent = visitor.send({**HIRING, **dict.fromkeys(texts, SCRIPT)})
    page = visitor.address.removesuffix("refer/")
    for shown in (refused, visitor.client.get(sent.location), visitor.client.get(page)):
        assert "&lt;script&gt;" in shown.text
        assert SCRIPT not in shown.text


def test_a_form_filled_in_by_a_machine_asks_once_more_and_keeps_every_word(visitor: Visitor) -> None:
    """Too quick, or with the field nobody sees filled in: a person's words must not be lost to a guess."""
    form = hidden(visitor.client.get(visitor.address))
    visitor.clock.advance(dt.timedelta(seconds=1))
    quick = visitor.post({**form, **LOOKING})
    assert quick.status_code == 422
    assert "Please look through it once more" in summary(quick)
    assert value(quick, "name") == "Bea Bright"
    trapped = visitor.post({**visitor.open(), **LOOKING, "website_2": "https://spam.example"})
    assert "Please look through it once more" in summary(trapped)
    assert value(trapped, "website_2") == ""
    assert visitor.referrals == []
    visitor.clock.advance(dt.timedelta(seconds=5))
    assert visitor.post({**hidden(trapped), **LOOKING}).status_code == 303
    assert len(visitor.referrals) == 1


@pytest.mark.parametrize("stamp", ["", "nonsense", "1762939800.forged"])
def test_a_stamp_that_is_not_ours_costs_one_try_only(visitor: Visitor, stamp: str) -> None:
    """As after a change of the secret key: the page that asks once more carries a stamp that is ours."""
    asked = visitor.post({**visitor.open(), "started": stamp, **LOOKING})
    assert "Please look through it once more" in summary(asked)
    visitor.clock.advance(dt.timedelta(seconds=5))
    assert visitor.post({**hidden(asked), **LOOKING}).status_code == 303


def test_a_second_click_makes_one_referral_and_one_mail(visitor: Visitor) -> None:
    form = {**visitor.open(), **LOOKING}
    first, second = visitor.post(form), visitor.post(form)
    assert first.location == second.location
    assert len(visitor.referrals) == 1
    with visitor.store.read() as reader:
        assert OUTBOX.count(reader) == 1


def test_the_back_button_makes_one_referral(visitor: Visitor) -> None:
    """A fresh form, the same person; also with the address in capitals, or a number added."""
    first = visitor.send(LOOKING)
    again = visitor.send({**LOOKING, "email": "BEA@people.example"})
    more = visitor.send({**LOOKING, "phone": "020 7946 0321"})
    assert first.location == again.location == more.location
    assert len(visitor.referrals) == 1


def test_the_same_form_with_somebody_else_is_a_referral_of_its_own(visitor: Visitor) -> None:
    form = visitor.open()
    first = visitor.post({**form, **LOOKING})
    second = visitor.post({**form, **LOOKING, "name": "Eli Else", "email": "eli@people.example"})
    assert first.location != second.location
    assert {each.name for each in visitor.referrals} == {"Bea Bright", "Eli Else"}


def test_the_days_cap_is_said_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    for number in range(10):
        sent = visitor.send({**LOOKING, "name": f"Bea {number}", "email": f"bea{number}@people.example"})
        assert sent.status_code == 303
    page = visitor.send({**LOOKING, "name": "Bea Last", "email": "last@people.example"})
    assert page.status_code == 422
    assert "You have referred 10 people today. Please come back tomorrow." in summary(page)
    assert value(page, "name") == "Bea Last"
    assert value(page, "why") == LOOKING["why"]
    assert len(visitor.referrals) == 10
    visitor.clock.advance(dt.timedelta(days=1))
    assert visitor.send({**LOOKING, "name": "Bea Last", "email": "last@people.example"}).status_code == 303


def test_thanks_are_for_the_referrer_alone(visitor: Visitor, scene: Scene) -> None:
    """Another candidate, who knows the address, is told that there is no such page."""
    sent = visitor.send(LOOKING)
    other = scene.interviewed("Otto Other", "otto@people.example")
    token, _ = scene.link(other.candidate_id)
    referral = visitor.referrals[0].id
    assert visitor.client.get(sent.location).status_code == 200
    assert visitor.client.get(f"/status/{token}/refer/thanks/{referral}/").status_code == 404
    assert visitor.client.get(f"{visitor.address}thanks/none/").status_code == 404


def test_a_confidential_job_is_not_to_be_chosen(visitor: Visitor, scene: Scene) -> None:
    named = scene.another_job("Data engineer")
    page = visitor.client.get(visitor.address).text
    assert "Data engineer" in page
    assert scene.job.title not in page
    refused = visitor.send({**LOOKING, "job": scene.job.id})
    assert_refused(refused, "job", "Choose one of the list.")
    assert '<details class="for-candidate" open>' in refused.text
    visitor.send({**LOOKING, "job": named.id})
    assert visitor.referrals[0].job_id == named.id


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_live_link_there_is_no_form(visitor: Visitor, method: str) -> None:
    """Nor is anything kept: the neutral page, as for every link that opens nothing."""
    form = {**visitor.open(), **LOOKING}
    ask = getattr(visitor.client, method)
    for address in (f"/status/{'x' * 43}/refer/", "/status/short/refer/"):
        page = ask(address, data=form)
        assert page.status_code == 404
        assert "This link does not open a page" in page.text
    visitor.clock.advance(dt.timedelta(days=181))
    assert "This link does not open a page" in ask(visitor.address, data=form).text
    assert visitor.referrals == []


def test_another_links_form_is_refused(visitor: Visitor, scene: Scene) -> None:
    """Its token belongs to the link it was given out for; what was typed is shown again."""
    other = scene.interviewed("Otto Other", "otto@people.example")
    token, _ = scene.link(other.candidate_id)
    form = {**visitor.open(), **LOOKING}
    for data in (form, {**form, "csrf_token": ""}, LOOKING):
        page = visitor.client.post(f"/status/{token}/refer/", data=data)
        assert page.status_code == 403
        assert "Bea Bright" in page.text
    foreign = visitor.client.post(visitor.address, data=form, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert visitor.referrals == []


def test_too_much_is_refused_in_words(visitor: Visitor) -> None:
    page = visitor.send({**LOOKING, "why": "x" * 65_536})
    assert page.status_code == 413
    assert "64 kilobytes" in page.text
    assert visitor.referrals == []


def test_bytes_that_are_no_text_are_no_fault(visitor: Visitor) -> None:
    form = {**visitor.open(), **LOOKING}
    body = "&".join(f"{name}={text}" for name, text in form.items()).replace("Bea Bright", "Bea%FF%00%1b")
    sent = visitor.client.post(
        visitor.address,
        data=body.replace(" ", "+").encode(),
        content_type="application/x-www-form-urlencoded; charset=utf-16",
    )
    assert sent.status_code == 303
    assert visitor.referrals[0].name.isprintable()


@pytest.mark.parametrize("typed", [{"email": "ADA@people.example"}, {"phone": "020 7946 0999"}])
def test_who_names_themselves_is_answered_as_ever_and_flagged(
    visitor: Visitor, typed: dict[str, str]
) -> None:
    sent = visitor.send({**LOOKING, **typed})
    assert sent.status_code == 303
    assert visitor.referrals[0].own


def test_sending_it_yourself_comes_first(visitor: Visitor) -> None:
    """On the candidate's page, and above the form."""
    for address in (visitor.address, visitor.address.removesuffix("refer/")):
        page = visitor.client.get(address).text
        assert "refer/send/" in page
        assert page.index("refer/send/") < page.index("Someone looking for a new role")


def test_somebody_on_the_books_already_is_answered_the_same(visitor: Visitor, scene: Scene) -> None:
    scene.candidate("Bea Bright", "bea@people.example")
    known = visitor.send(LOOKING)
    stranger = visitor.send({**LOOKING, "email": "stranger@people.example"})
    assert known.status_code == stranger.status_code == 303
    pages = [visitor.client.get(sent.location).data for sent in (known, stranger)]
    assert pages[0] == pages[1]
    assert [each.state for each in visitor.referrals] == [ReferralState.RECEIVED] * 2
