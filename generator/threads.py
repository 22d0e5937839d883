"""What readers say: the thread below an article, and the feed of all comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from generator.article import Article
from generator.catalogue import Catalogue, Item
from generator.comments import FEED_URL, Comment, each
from generator.feeds import FEED_LENGTH, CommentFeed, FeedComment
from generator.shown import Thread


def thread_of(article: Article, catalogue: Catalogue) -> Thread | None:
    """The thread below an article; None where the site or the article has none."""
    settings, library = catalogue.settings, catalogue.library
    if not settings.comments or not article.comments:
        return None
    comments = library.comments.by_slug.get(article.slug, ())
    is_open = library.is_open(article)
    return Thread(
        comments=comments,
        count=sum(1 for _ in each(comments)),
        action=f"{settings.endpoint.rstrip('/')}/comments/{article.slug}/" if is_open else "",
        days=0 if is_open else int(settings.comments_days),
        feed_url=FEED_URL,
    )


def feed_of_comments(catalogue: Catalogue, beginning: dt.datetime) -> CommentFeed:
    """The newest comments; a feed without any changed at the `beginning`."""
    settings = catalogue.settings
    newest = sorted(_all(catalogue), key=lambda found: (found[1].posted, found[1].id), reverse=True)
    entries = tuple(_in_feed(item, comment, catalogue) for item, comment in newest[:FEED_LENGTH])
    return CommentFeed(
        self_url=settings.url + FEED_URL,
        home=f"{settings.url}/",
        language=settings.language,
        title=f"{settings.title}: comments",
        subtitle=settings.tagline,
        author=settings.author,
        updated=entries[0].posted if entries else beginning,
        entries=entries,
    )


def _all(catalogue: Catalogue) -> Iterator[tuple[Item, Comment]]:
    for slug, comments in catalogue.library.comments.by_slug.items():
        item = catalogue.find(slug)
        if item is not None and item.entry.comments:
            yield from ((item, comment) for comment in each(comments))


def _in_feed(item: Item, comment: Comment, catalogue: Catalogue) -> FeedComment:
    return FeedComment(
        url=f"{catalogue.settings.url}{item.card.url}#comment-{comment.id}",
        title=f"{comment.name} on “{item.card.title}”",
        posted=catalogue.settings.local(comment.posted),
        author=comment.name,
        website=comment.website,
        text=comment.text,
    )
