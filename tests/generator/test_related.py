"""Related articles: by shared tags and words, computed once."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from generator.related import MOST, NEIGHBOURS, Topic, related

TAGS = st.lists(st.sampled_from("abcdef"), max_size=3, unique=True)
TOPICS = st.lists(st.builds(Topic.of, TAGS, st.text("xyz ", max_size=30)), max_size=30)


def test_articles_that_share_a_tag_are_related_and_others_are_not() -> None:
    topics = [Topic.of(["answers"]), Topic.of(["clients"]), Topic.of(["answers"]), Topic.of([])]
    assert related(topics) == [(2,), (), (0,), ()]


def test_a_rare_tag_tells_more_than_a_common_one() -> None:
    common = [Topic.of(["practice"]) for _ in range(8)]
    topics = [Topic.of(["practice", "ontario"]), *common, Topic.of(["ontario"])]
    assert related(topics)[0][0] == 9


def test_shared_words_of_title_and_summary_decide_between_articles_with_the_same_tags() -> None:
    topics = [
        Topic.of(["t"], "What a rejection letter says"),
        Topic.of(["t"], "Ten minutes every morning"),
        Topic.of(["t"], "The rejection nobody wrote"),
        Topic.of(["t"], "Holidays and promises"),
    ]
    assert related(topics)[0][0] == 2


def test_a_word_that_most_articles_have_relates_nothing() -> None:
    topics = [Topic.of([], "candidates wait", str(number)) for number in range(6)]
    assert related(topics) == [()] * 6


def test_of_equally_close_articles_the_nearest_in_time_come_first() -> None:
    assert related([Topic.of(["t"]) for _ in range(7)])[3] == (2, 4, 1)


def test_the_work_grows_with_the_articles_and_not_with_their_pairs() -> None:
    """Counted in pairs, not in seconds: every article meets its neighbours under a tag, and nobody else."""
    met = related([Topic.of(["everything"]) for _ in range(500)])
    assert all(abs(other - article) <= NEIGHBOURS for article, others in enumerate(met) for other in others)


@given(TOPICS)
def test_no_article_is_related_to_itself_or_twice_and_there_are_never_too_many(topics: list[Topic]) -> None:
    for article, others in enumerate(related(topics)):
        assert article not in others
        assert len(set(others)) == len(others) <= MOST


@given(TOPICS, st.randoms(use_true_random=False))
def test_the_order_of_tags_changes_nothing(topics: list[Topic], chance: random.Random) -> None:
    shuffled = [Topic(tuple(chance.sample(topic.tags, len(topic.tags))), topic.words) for topic in topics]
    assert related(shuffled) == related(topics)
