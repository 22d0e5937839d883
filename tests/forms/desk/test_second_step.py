"""Login in two steps: the app, its codes, the codes on paper, and the ways back in."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.clock import ManualClock
from forms.desk import second_factor
from forms.desk.second_factor import SECOND_FACTORS
from forms.outbox.models import OUTBOX
from forms.recruiters import Recruiter, Role
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION
from tests.forms.acting import EMAIL, PASSWORD, DeskActions, browser

ACCOUNT = "/desk/account/"


def secret_of(store: MemoryStore, recruiter: Recruiter, app: Flask) -> str:
    with store.read() as reader:
        factor = SECOND_FACTORS.require(reader, recruiter.id)
    return second_factor.app_secret(factor, app.extensions[EXTENSION].secret)


class Telephone:
    """An authenticator app that reads the test's clock."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self._app, self._clock = pyotp.TOTP(secret), clock

    def code(self, steps: int = 0) -> str:
        return self._app.at(int(self._clock.now().timestamp()) + 30 * steps)


def codes_on(page: TestResponse) -> list[str]:
    return re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page.text)


@pytest.fixture
def switched_on(
    desk: DeskActions, app: Flask, store: MemoryStore, recruiter: Recruiter, clock: ManualClock
) -> tuple[Telephone, list[str]]:
    """Anna's telephone and paper; a minute has passed since she set them up."""
    assert desk.post(f"{ACCOUNT}second-step/", page=ACCOUNT).status_code == 303
    page = desk.get(f"{ACCOUNT}second-step/app/")
    shown = re.search(r"<strong>([A-Z2-7 ]+)</strong>", page.text)
    assert shown
    telephone = Telephone(shown[1].replace(" ", ""), clock)
    done = desk.send(f"{ACCOUNT}second-step/app/", {"code": telephone.code()})
    codes = codes_on(done)
    assert len(set(codes)) == second_factor.CODES
    clock.advance(dt.timedelta(minutes=1))
    return telephone, codes


def first_step(app: Flask, password: str = PASSWORD) -> DeskActions:
    anna = DeskActions(browser(app), password=password)
    answer = anna.log_in()
    assert answer.headers["Location"] == "/desk/login/code/"
    assert anna.get("/desk/").status_code == 303  # the password alone opens nothing
    return anna


def enter(anna: DeskActions, code: str) -> int:
    return anna.send("/desk/login/code/", {"code": code}).status_code


def test_a_code_of_the_app_opens_the_desk(app: Flask, switched_on: tuple[Telephone, list[str]]) -> None:
    anna = first_step(app)
    assert enter(anna, switched_on[0].code()) == 303
    assert anna.get("/desk/").status_code == 200


def test_the_picture_for_the_app_is_one_and_has_no_style_of_its_own(desk: DeskActions) -> None:
    desk.post(f"{ACCOUNT}second-step/", page=ACCOUNT)
    page = desk.get(f"{ACCOUNT}second-step/app/")
    assert 'class="qr"' in page.text
    assert "style=" not in page.text


def test_a_code_is_good_once(app: Flask, switched_on: tuple[Telephone, list[str]]) -> None:
    code = switched_on[0].code()
    assert enter(first_step(app), code) == 303
    assert enter(first_step(app), code) == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_wrong(
    app: Flask, switched_on: tuple[Telephone, list[str]], clock: ManualClock, steps: int, status: int
) -> None:
    clock.advance(dt.timedelta(minutes=1))
    assert enter(first_step(app), switched_on[0].code(steps)) == status


def test_each_recovery_code_opens_the_desk_once_however_it_is_typed(
    app: Flask, switched_on: tuple[Telephone, list[str]]
) -> None:
    first, second, *_ = switched_on[1]
    assert enter(first_step(app), first) == 303
    assert enter(first_step(app), first) == 422
    assert enter(first_step(app), f" {second.upper().replace('-', ' ')} ") == 303


def test_the_count_of_the_codes_left_is_on_the_account_page(
    app: Flask, switched_on: tuple[Telephone, list[str]]
) -> None:
    anna = first_step(app)
    enter(anna, switched_on[1][0])
    assert "9 recovery codes left" in anna.get(ACCOUNT).text


def test_five_wrong_codes_and_even_the_right_one_waits(
    app: Flask, switched_on: tuple[Telephone, list[str]], clock: ManualClock
) -> None:
    stranger = first_step(app)
    assert [enter(stranger, "000000") for _ in range(5)] == [422] * 5
    assert enter(stranger, switched_on[0].code()) == 429


def test_the_second_step_must_follow_within_ten_minutes(
    app: Flask, switched_on: tuple[Telephone, list[str]], clock: ManualClock
) -> None:
    anna = first_step(app)
    clock.advance(dt.timedelta(minutes=11))
    answer = anna.get("/desk/login/code/")
    assert answer.headers["Location"] == "/desk/login/"


def test_the_code_page_is_nothing_without_the_first_step(app: Flask, recruiter: Recruiter) -> None:
    assert browser(app).get("/desk/login/code/").headers["Location"] == "/desk/login/"


def test_whoever_asked_for_a_page_is_led_to_it_after_both_steps(
    app: Flask, switched_on: tuple[Telephone, list[str]]
) -> None:
    anna = DeskActions(browser(app))
    after = anna.log_in(next_page="/desk/jobs/").headers["Location"]
    assert after == "/desk/login/code/?next=/desk/jobs/"
    assert anna.send(after, {"code": switched_on[0].code()}).headers["Location"] == "/desk/jobs/"


def test_no_secret_and_no_code_stands_in_the_store(
    app: Flask, store: MemoryStore, recruiter: Recruiter, switched_on: tuple[Telephone, list[str]]
) -> None:
    with store.read() as reader:
        kept = str(SECOND_FACTORS.find(reader))
    assert secret_of(store, recruiter, app) not in kept
    assert not [code for code in switched_on[1] if code in kept or code.replace("-", "") in kept]


def test_it_is_switched_off_with_the_password_only(
    app: Flask, desk: DeskActions, switched_on: tuple[Telephone, list[str]]
) -> None:
    address = f"{ACCOUNT}second-step/off/"
    assert desk.send(address, {"current_password": "not the password"}).status_code == 422
    first_step(app)
    assert desk.send(address, {"current_password": PASSWORD}).status_code == 303
    assert DeskActions(browser(app)).log_in().headers["Location"] == "/desk/"


def test_guessing_the_password_at_an_open_desk_is_throttled(
    desk: DeskActions, switched_on: tuple[Telephone, list[str]]
) -> None:
    address = f"{ACCOUNT}second-step/off/"
    for _ in range(5):
        desk.send(address, {"current_password": "not the password"})
    assert "Too many attempts" in desk.send(address, {"current_password": PASSWORD}).text


def test_new_codes_end_the_old_ones(
    app: Flask, desk: DeskActions, switched_on: tuple[Telephone, list[str]]
) -> None:
    fresh = codes_on(desk.send(f"{ACCOUNT}second-step/codes/", {"current_password": PASSWORD}))
    assert enter(first_step(app), switched_on[1][0]) == 422
    assert enter(first_step(app), fresh[0]) == 303


def test_it_is_not_on_before_a_first_code_was_right(app: Flask, desk: DeskActions) -> None:
    desk.post(f"{ACCOUNT}second-step/", page=ACCOUNT)
    assert desk.send(f"{ACCOUNT}second-step/app/", {"code": "000000"}).status_code == 422
    assert DeskActions(browser(app)).log_in().headers["Location"] == "/desk/"


def test_it_is_set_up_once(desk: DeskActions, switched_on: tuple[Telephone, list[str]]) -> None:
    page = desk.post(f"{ACCOUNT}second-step/", page=ACCOUNT, follow=True)
    assert "is on already" in page.text
    assert desk.get(f"{ACCOUNT}second-step/app/").status_code == 303


def test_an_owner_switches_it_off_for_a_colleague_who_is_told_by_mail(
    app: Flask,
    desk: DeskActions,
    store: MemoryStore,
    recruiter: Recruiter,
    switched_on: tuple[Telephone, list[str]],
) -> None:
    address = f"/desk/users/{recruiter.id}/"
    assert "Second step of the login" in desk.get(address).text
    desk.post(f"{address}second-step/off/", page=address)
    with store.read() as reader:
        told = OUTBOX.find(reader)
    assert [mail.recipient for mail in told] == [EMAIL]
    assert "Anna Headhunter has switched off the second step" in told[0].body
    assert desk.get("/desk/").status_code == 303
    assert DeskActions(browser(app)).log_in().headers["Location"] == "/desk/"
    assert recruiter.role is Role.OWNER


def test_a_link_for_another_password_does_not_lead_around_the_second_step(
    app: Flask, desk: DeskActions, recruiter: Recruiter, switched_on: tuple[Telephone, list[str]]
) -> None:
    address = f"/desk/users/{recruiter.id}/"
    page = desk.post(f"{address}link/", page=address)
    link = re.search(r'value="http://localhost(/desk/welcome/[^"]+)"', page.text)
    assert link
    anna = DeskActions(browser(app))
    after = anna.send(link[1], {"password": "another quiet evening"})
    assert after.headers["Location"] == "/desk/login/code/"
    assert enter(anna, switched_on[0].code()) == 303
