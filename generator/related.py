"""Which articles to read next: those that share tags, and telling words of title and summary.

A word tells much when few articles have it, so both count by how rare they are (inverse document frequency,
Spärck Jones 1972). Looking at every pair would take a minute for ten thousand articles; so an article is only
compared with its neighbours in time under each of its tags, and with those that share a rare word.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MOST = 3  # related articles under one article
NEIGHBOURS = 12  # on either side, under each tag
RARE = 16  # a word that more articles than this have is no reason to compare two
_TAG_WEIGHT = 2.0  # a tag was chosen to say what the article is about; a word only occurs in it
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Topic:
    """What one article is about: the slugs of its tags, and the words of its title and summary."""

    tags: tuple[str, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, tags: Iterable[str], *texts: str) -> Topic:
        """The topic of an article with these tags, and these texts to take words from."""
        return cls(tuple(tags), frozenset(word for text in texts for word in _WORD.findall(text.casefold())))


# The addresses of an article's tags, its title and its summary.
Words = tuple[tuple[str, ...], str, str]
# Gives, for each article in order of time, the indices of those that are related.
Relate = Callable[[Sequence[Words]], list[tuple[int, ...]]]


def related_by_words(articles: Sequence[Words]) -> list[tuple[int, ...]]:
    """As `related`, of what articles say of themselves."""
    return related([Topic.of(tags, title, summary) for tags, title, summary in articles])


def related(topics: Sequence[Topic]) -> list[tuple[int, ...]]:
    """For each article, in order of time, the indices of at most MOST others, the closest first.

    Of two that are equally close, the one nearer in time comes first.
    """
    count = len(topics)
    scores: list[dict[int, float]] = [defaultdict(float) for _ in topics]
    for articles in _having(topic.tags for topic in topics).values():
        weight = _TAG_WEIGHT * math.log1p(count / len(articles))
        for place, article in enumerate(articles):
            for other in articles[place + 1 : place + 1 + NEIGHBOURS]:
                scores[article][other] += weight
                scores[other][article] += weight
    for articles in _having(topic.words for topic in topics).values():
        if 1 < len(articles) <= min(RARE, count // 2):
            weight = math.log(count / len(articles))
            for place, article in enumerate(articles):
                for other in articles[place + 1 :]:
                    scores[article][other] += weight
                    scores[other][article] += weight
    return [_closest(article, found) for article, found in enumerate(scores)]


def _having(terms_of_each: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """The articles that have each term, in order of time."""
    found: dict[str, list[int]] = defaultdict(list)
    for article, terms in enumerate(terms_of_each):
        for term in terms:
            found[term].append(article)
    return found


def _closest(article: int, scores: dict[int, float]) -> tuple[int, ...]:
    # Rounded, so that the order in which terms were added up cannot decide between equals; and first those
    # that can be among the closest at all, because most cannot.
    least = min(heapq.nlargest(MOST, scores.values()), default=0.0) - 1e-5
    near = [other for other, score in scores.items() if score >= least]
    near.sort(key=lambda other: (-round(scores[other], 6), abs(other - article), other))
    return tuple(near[:MOST])
