"""One form, sent several times at the same moment, on every engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from core.settings import RunSettings, load_site_settings
from forms import SHAPES
from forms.comments.articles import Article
from forms.comments.models import COMMENTS
from forms.comments.receiving import Browser, Received, receive
from forms.web.context import Context
from tests.contracts.conftest import engine as engine
from tests.contracts.conftest import open_store as open_store
from tests.contracts.ledger import OpenStore
from tests.forms.comments.conftest import SLUG, Column


def test_one_form_sent_at_once_from_four_hands_is_one_comment(open_store: OpenStore, column: Column) -> None:
    store, site = open_store(SHAPES), load_site_settings(column.content)
    found = Context(site, RunSettings(), store, column.clock, column.content, column.content, b"secret")
    article = Article(SLUG, "Why", column.clock.now(), None, draft=False, comments=True)
    drafts = [column.draft(f"Form {number}.", email=f"a{number}@b.example") for number in range(5)]

    def send(number: int) -> Received:
        return receive(found, drafts[number % 5], Browser("", "", ""), article)

    with ThreadPoolExecutor(4) as hands:
        received = list(hands.map(send, sorted(list(range(5)) * 4)))
    assert len({each.comment.id for each in received}) == 5
    assert all(each.token for each in received)
    with store.read() as reader:
        assert COMMENTS.count(reader) == 5
