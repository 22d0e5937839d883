"""Asking Akismet (https://akismet.com/developers/): is this comment spam; and telling it when it was wrong.

What is sent of a comment: its text, name, e-mail address, website, date, the address of the article, and the
network address, browser and referring page it came with. Nothing of candidates or referrals is known here.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import akismet
import httpx

from forms.comments.checks import Check, Task
from forms.comments.models import Comment

BUDGET_SECONDS = 4.0
"""For one question and its answer, name look-up included; mail waits meanwhile."""

LONGEST_ERROR = 200

T = TypeVar("T")


class Unanswered(Exception):
    """Neither ham nor spam; the text says what came instead."""


@dataclass(frozen=True)
class Asked:
    """What a question is about. `permalink`: the article; `language` as in HTML's lang."""

    check: Check
    comment: Comment
    permalink: str
    language: str

    @property
    def address(self) -> str:
        """The network address of whoever wrote."""
        return self.check.network_address


class SpamService:
    """One key for one site. `url`: where the service answers, when it is not Akismet's own address."""

    def __init__(self, key: str, site: str, url: str = "", *, budget: float = BUDGET_SECONDS) -> None:
        self._config = akismet.Config(key=key, url=site)
        self._url = url
        self._budget = budget
        self._verified = False

    def check(self, asked: Asked) -> Task:
        """SPAM or HAM. Raises Unanswered."""
        answer = self._within_budget(lambda client: client.comment_check(asked.address, **_arguments(asked)))
        return Task.HAM if answer is akismet.CheckResponse.HAM else Task.SPAM

    def tell(self, task: Task, asked: Asked) -> None:
        """That it is SPAM, or HAM. Raises Unanswered when that was not taken."""
        if task is Task.SPAM:
            self._within_budget(lambda client: client.submit_spam(asked.address, **_arguments(asked)))
        else:
            self._within_budget(lambda client: client.submit_ham(asked.address, **_arguments(asked)))

    def _within_budget(self, ask: Callable[[akismet.SyncClient], T]) -> T:
        """Time-outs of a connection are counted anew with each byte, and looking up a name has none: so the
        question is asked in a thread, which is left to itself when its time is over.
        """
        answers: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put(self._asked(ask))
            except Exception as error:  # noqa: BLE001  # whatever came back, it was no answer
                answers.put(error)

        threading.Thread(target=run, name="akismet", daemon=True).start()
        try:
            answer = answers.get(timeout=self._budget)
        except queue.Empty:
            raise Unanswered(f"no answer within {self._budget:.0f} seconds") from None
        if isinstance(answer, Exception):
            raise Unanswered(_in_short(answer)) from answer
        return answer

    def _asked(self, ask: Callable[[akismet.SyncClient], T]) -> T:
        with self._http() as http:
            client = akismet.SyncClient(config=self._config, http_client=http)
            if not self._verified:
                if not client.verify_key():
                    raise Unanswered("the key is not accepted for this site")
                self._verified = True
            try:
                return ask(client)
            except akismet.APIKeyError:
                self._verified = False
                raise

    def _http(self) -> httpx.Client:
        headers = {"User-Agent": akismet.USER_AGENT}
        transport = _Elsewhere(httpx.URL(self._url)) if self._url else None
        return httpx.Client(headers=headers, timeout=self._budget, transport=transport)


class _Elsewhere(httpx.HTTPTransport):
    """Sends what is meant for Akismet's own address to another: the package has no setting for it."""

    def __init__(self, url: httpx.URL) -> None:
        super().__init__()
        self._elsewhere = url

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there = self._elsewhere
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        request.headers["Host"] = there.netloc.decode()
        return super().handle_request(request)


def _arguments(asked: Asked) -> akismet.AkismetArguments:
    comment, check = asked.comment, asked.check
    return {
        "user_agent": check.user_agent,
        "referrer": check.referrer,
        "permalink": asked.permalink,
        "comment_type": "reply" if comment.parent_id else "comment",
        "comment_author": comment.name,
        "comment_author_email": comment.email or "",
        "comment_author_url": comment.website or "",
        "comment_content": comment.text,
        "comment_date_gmt": comment.posted.isoformat(timespec="seconds"),
        "blog_lang": asked.language,
        "blog_charset": "UTF-8",
    }


def _in_short(error: Exception) -> str:
    """What to keep and to log. The message of a wrong key repeats the key: it is not used."""
    if isinstance(error, akismet.APIKeyError):
        return "the key is not accepted for this site"
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:LONGEST_ERROR]
