"""Akismet: asked about every comment in the background, told when it was wrong, and never waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask

from core.clock import ManualClock
from forms.comments import checks
from forms.comments.akismet_service import SpamService
from forms.comments.checks import CHECKS, FIRST_PAUSE, Check, Task
from forms.comments.chores import Checker, Sweeper, comment_chores
from forms.comments.models import COMMENTS, Comment, CommentState
from forms.comments.moderating import Moderation
from forms.comments.trap import LEAST
from forms.outbox.models import OUTBOX
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context
from tests.forms.comments.akismet_server import KEY, Answer, Spam, running
from tests.forms.comments.conftest import SLUG
from tests.forms.comments.test_comment_views import TYPED
from tests.forms.reading import value

BUDGET = 60.0
"""Seconds within which a busy machine answers too."""
LITTLE = 0.2
"""Seconds that a test waits for what does not answer, on whatever machine."""


@pytest.fixture
def spam() -> Iterator[Spam]:
    with running() as server:
        yield server


@pytest.fixture
def environ(environ: dict[str, str], spam: Spam) -> dict[str, str]:
    return {**environ, "FOLLOWUP_AKISMET_KEY": KEY, "FOLLOWUP_AKISMET_URL": spam.url}


@pytest.fixture
def found(app: Flask, recruiter: Recruiter) -> Context:
    return cast(Context, app.extensions[EXTENSION])


@pytest.fixture
def checker(found: Context, spam: Spam) -> Checker:
    return Checker(found, SpamService(KEY, found.site.url, spam.url, budget=BUDGET))


@pytest.fixture
def impatient(found: Context, spam: Spam) -> Checker:
    return Checker(found, SpamService(KEY, found.site.url, spam.url, budget=LITTLE))


@pytest.fixture
def moderation(found: Context) -> Moderation:
    return Moderation(found)


def comment(app: Flask, clock: ManualClock, store: MemoryStore, **typed: str) -> Comment:
    """Somebody writes; gives what is held of it."""
    client = app.test_client()
    client.environ_base.update({"HTTP_USER_AGENT": "Browser/1", "REMOTE_ADDR": "192.0.2.7"})
    address = f"/comments/{SLUG}/"
    preview = client.post(address, data={**TYPED, **typed})
    clock.advance(LEAST)
    sent = client.post(address, data={**TYPED, **typed, "mark": value(preview, "mark")})
    assert sent.status_code == 303
    with store.read() as reader:
        return COMMENTS.find(reader, order="created", descending=True, limit=1)[0]


def now_is(store: MemoryStore, comment: Comment) -> Comment:
    with store.read() as reader:
        return COMMENTS.require(reader, comment.id)


def check_of(store: MemoryStore, comment: Comment) -> Check:
    with store.read() as reader:
        return CHECKS.require(reader, comment.id)


def told(store: MemoryStore) -> list[str]:
    """The events of the mails that wait."""
    with store.read() as reader:
        return [mail.event.partition(":")[0] for mail in OUTBOX.find(reader, order="created")]


def test_ham_waits_for_the_moderator_who_is_told_now(
    app: Flask, clock: ManualClock, store: MemoryStore, spam: Spam, checker: Checker
) -> None:
    held = comment(app, clock, store)
    assert told(store) == []
    checker()
    assert spam.methods() == ["verify-key", "comment-check"]
    assert now_is(store, held).state is CommentState.HELD
    assert check_of(store, held).believes is Task.HAM
    assert told(store) == ["comment-waits"]
    checker()
    assert len(spam.asked) == 2


def test_spam_is_put_aside_and_nobody_is_told(
    app: Flask, clock: ManualClock, store: MemoryStore, checker: Checker
) -> None:
    held = comment(app, clock, store, name="viagra-test-123")
    checker()
    assert now_is(store, held).state is CommentState.SPAM
    assert "Akismet takes it for spam" in now_is(store, held).reasons
    assert told(store) == []


def test_blatant_spam_is_spam(
    app: Flask, clock: ManualClock, store: MemoryStore, spam: Spam, checker: Checker
) -> None:
    spam.answers["comment-check"] = Answer("true", headers={"X-akismet-pro-tip": "discard"})
    held = comment(app, clock, store)
    checker()
    assert now_is(store, held).state is CommentState.SPAM


def test_what_is_sent_is_the_comment_and_how_it_came_and_nothing_else(
    app: Flask, clock: ManualClock, store: MemoryStore, spam: Spam, checker: Checker
) -> None:
    comment(app, clock, store)
    checker()
    sent = spam.asked[-1][1]
    moment = sent.pop("comment_date_gmt")
    assert moment.startswith("2026-11-12T09:30:")
    assert sent == {
        "api_key": KEY,
        "blog": "https://letters.example",
        "user_ip": "192.0.2.7",
        "user_agent": "Browser/1",
        "referrer": "",
        "permalink": f"https://letters.example/articles/{SLUG}/",
        "comment_type": "comment",
        "comment_author": "Rita Reader",
        "comment_author_email": "rita@readers.example",
        "comment_author_url": "https://readers.example/rita",
        "comment_content": TYPED["comment"],
        "blog_lang": "en",
        "blog_charset": "UTF-8",
    }


ENDLESS = {
    "slow": Answer("false", hang=30),
    "dripping": Answer("false" + " " * 1000, drip=0.1),
}
BAD = ENDLESS | {
    "dropped": Answer("", drop=True),
    "broken": Answer("<html>Bad gateway</html>", status=502),
    "garbled": Answer("\x00\ufffdtru", headers={"X-akismet-debug-help": "We do not understand"}),
    "empty": Answer(""),
    "invalid": Answer("invalid", headers={"X-akismet-debug-help": "Empty key"}),
    "huge": Answer("x" * 5_000_000),
    "moved": Answer("", status=301, headers={"Location": "http://169.254.169.254/"}),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("method", ["verify-key", "comment-check"])
def test_any_answer_but_ham_or_spam_holds_the_comment_and_it_is_asked_again(
    app: Flask,
    clock: ManualClock,
    store: MemoryStore,
    spam: Spam,
    checker: Checker,
    impatient: Checker,
    kind: str,
    method: str,
) -> None:
    spam.answers[method] = BAD[kind]
    held = comment(app, clock, store)
    (impatient if kind in ENDLESS else checker)()
    assert now_is(store, held).state is CommentState.HELD
    check = check_of(store, held)
    assert (check.task, check.attempts) == (Task.CHECK, 1)
    assert check.last_error
    assert KEY not in check.last_error
    assert told(store) == ["comment-waits"]  # the moderator decides without it
    del spam.answers[method]
    checker()
    assert check_of(store, held).attempts == 1  # not before its time
    clock.advance(FIRST_PAUSE)
    checker()
    assert check_of(store, held).believes is Task.HAM
    assert told(store) == ["comment-waits"]


def test_a_service_that_is_not_there_holds_the_comment(
    app: Flask, clock: ManualClock, store: MemoryStore, found: Context
) -> None:
    held = comment(app, clock, store)
    Checker(found, SpamService(KEY, found.site.url, "http://127.0.0.1:9", budget=BUDGET))()
    assert check_of(store, held).attempts == 1


def test_a_wrong_key_is_said_without_the_key(
    app: Flask, clock: ManualClock, store: MemoryStore, found: Context, spam: Spam
) -> None:
    held = comment(app, clock, store)
    Checker(found, SpamService("another-secret", found.site.url, spam.url, budget=BUDGET))()
    assert check_of(store, held).last_error == "the key is not accepted for this site"


def test_a_comment_is_held_without_waiting_for_the_service(
    app: Flask, clock: ManualClock, store: MemoryStore, spam: Spam
) -> None:
    """No clock is needed to see it: the service is not even asked while the form is answered."""
    spam.answers["verify-key"] = spam.answers["comment-check"] = Answer("false", hang=30)
    held = comment(app, clock, store)
    assert held.state is CommentState.HELD
    assert spam.asked == []


def test_a_dripping_answer_is_not_waited_for_beyond_the_budget(spam: Spam) -> None:
    spam.answers["verify-key"] = Answer("valid" * 1000, drip=0.1)
    with pytest.raises(Exception, match="no answer within"):
        SpamService(KEY, "https://a.example", spam.url, budget=LITTLE)._within_budget(lambda _client: None)


def test_after_a_failure_the_service_is_left_in_peace_for_a_minute(
    app: Flask, clock: ManualClock, store: MemoryStore, spam: Spam, checker: Checker
) -> None:
    spam.answers["comment-check"] = BAD["broken"]
    comment(app, clock, store, comment="One comment.")
    comment(app, clock, store, comment="Another comment.")
    for _ in range(5):
        checker()
    assert spam.methods().count("comment-check") == 1
    clock.advance(FIRST_PAUSE)
    checker()
    assert spam.methods().count("comment-check") == 2


def test_pauses_grow_and_nothing_is_given_up(clock: ManualClock) -> None:
    check = Check("a", "", "", "", clock.now(), Task.CHECK, clock.now())
    for _ in range(40):
        check = check.failed("no", clock.now())
    assert check.due == clock.now() + checks.LONGEST_PAUSE


def test_a_wrong_belief_is_put_right_when_the_moderator_says_so(
    app: Flask,
    clock: ManualClock,
    store: MemoryStore,
    spam: Spam,
    checker: Checker,
    moderation: Moderation,
) -> None:
    ham = comment(app, clock, store, name="viagra-test-123", comment="All in order here.")
    missed = comment(app, clock, store, comment="Buy what nobody needs.")
    fine = comment(app, clock, store, comment="A comment that is fine.")
    for _ in range(3):
        checker()
    moderation.approve(ham.id, by="anna")
    moderation.mark_spam(missed.id, by="anna")
    moderation.approve(fine.id, by="anna")
    for _ in range(3):
        checker()
    assert sorted(spam.methods()[4:]) == ["submit-ham", "submit-spam"]
    assert check_of(store, ham).believes is Task.HAM
    assert check_of(store, missed).believes is Task.SPAM


def test_a_verdict_that_was_taken_back_in_time_is_never_told(
    environ: dict[str, str],
    clock: ManualClock,
    store: MemoryStore,
    spam: Spam,
    request: pytest.FixtureRequest,
) -> None:
    environ["FOLLOWUP_UNDO_MINUTES"] = "10"
    request.getfixturevalue("recruiter")
    app = request.getfixturevalue("app")
    found = cast(Context, app.extensions[EXTENSION])
    checker, moderation = request.getfixturevalue("checker"), Moderation(found)
    held = comment(app, clock, store)
    checker()
    moderation.mark_spam(held.id, by="anna")
    checker()
    moderation.undo(held.id, by="anna")
    clock.advance(FIRST_PAUSE * 30)
    checker()
    assert spam.methods() == ["verify-key", "comment-check"]


@pytest.mark.parametrize("answer", [BAD["broken"], Answer("No thanks."), ENDLESS["slow"]])
def test_what_could_not_be_told_is_told_later(
    app: Flask,
    clock: ManualClock,
    store: MemoryStore,
    spam: Spam,
    checker: Checker,
    impatient: Checker,
    moderation: Moderation,
    answer: Answer,
) -> None:
    held = comment(app, clock, store)
    checker()
    moderation.mark_spam(held.id, by="anna")
    spam.answers["submit-spam"] = answer
    (impatient if answer.hang else checker)()
    assert check_of(store, held).task is Task.SPAM
    del spam.answers["submit-spam"]
    clock.advance(FIRST_PAUSE)
    checker()
    assert check_of(store, held).believes is Task.SPAM
    assert now_is(store, held).state is CommentState.SPAM


def test_a_person_who_decided_first_is_not_overruled(
    app: Flask,
    clock: ManualClock,
    store: MemoryStore,
    spam: Spam,
    checker: Checker,
    moderation: Moderation,
) -> None:
    held = comment(app, clock, store, name="viagra-test-123")
    moderation.approve(held.id, by="anna")
    checker()
    assert now_is(store, held).state is CommentState.APPROVED
    assert spam.methods()[1:] == ["submit-ham"]


def test_known_addresses_are_published_at_once_after_ham(
    environ: dict[str, str], clock: ManualClock, store: MemoryStore, request: pytest.FixtureRequest
) -> None:
    environ["FOLLOWUP_COMMENTS_AT_ONCE"] = "on"
    request.getfixturevalue("recruiter")
    app, checker = request.getfixturevalue("app"), request.getfixturevalue("checker")
    first = comment(app, clock, store, comment="The first one.")
    checker()
    Moderation(cast(Context, app.extensions[EXTENSION])).approve(first.id, by="anna")
    second = comment(app, clock, store, comment="The second one.")
    assert second.state is CommentState.HELD
    checker()
    assert now_is(store, second).state is CommentState.APPROVED


def test_network_addresses_are_forgotten_after_a_month(
    app: Flask, clock: ManualClock, store: MemoryStore, found: Context, checker: Checker
) -> None:
    held = comment(app, clock, store)
    checker()
    sweep = Sweeper(found)
    sweep()
    assert check_of(store, held).network_address == "192.0.2.7"
    clock.advance(checks.KEPT + FIRST_PAUSE)
    sweep()
    with store.read() as reader:
        assert CHECKS.get(reader, held.id) is None
        assert "192.0.2.7" not in repr(COMMENTS.find(reader))


def test_without_a_key_nobody_is_asked_and_no_network_address_is_kept(
    environ: dict[str, str], clock: ManualClock, store: MemoryStore, request: pytest.FixtureRequest
) -> None:
    del environ["FOLLOWUP_AKISMET_KEY"]
    request.getfixturevalue("recruiter")
    app = request.getfixturevalue("app")
    comment(app, clock, store)
    with store.read() as reader:
        assert CHECKS.find(reader) == []
    assert told(store) == ["comment-waits"]
    chores = comment_chores(cast(Context, app.extensions[EXTENSION]))
    assert not any(isinstance(each, Checker) for each in chores)
