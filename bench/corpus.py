"""The articles that every generator is measured on: made up, the same bytes for the same number.

    python bench/corpus.py COUNT FOLDER [DIALECT]

An article has about 1,000 words with headings, lists, links, quotes, tables and code in the shares of a real
blog. Every draw comes from a generator seeded by the article's number, so the order of the draws is part of
the format: a draw that moves changes every byte after it.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Iterator
from pathlib import Path

_WORDS = """
candidate interview follow referral client manager role team offer hiring answer letter message status
call phone note week day month honest respect brand network skill engineer developer recruiter headhunter
company reply promise feedback reason decision process shortlist position job market trust relationship
practice courtesy question conversation list record link page time person people work career opportunity
introduction recommend quality search meeting calendar reminder thank close loop open
"""
VOCABULARY = tuple(_WORDS.split())
CATEGORIES = ("practice", "referrals", "clients", "candidates")
TOPICS = tuple(f"topic-{number:02}" for number in range(40))
FIRST_DAY = dt.date(2015, 1, 1)
DAYS = 4001  # the articles are spread evenly over this many
SECTIONS = 5

_HUGO = '---\ntitle: "{title}"\ndate: {date}\ncategories: [{category}]\ntags: [{tags}]\n---\n\n{body}'
# How each generator wants the front matter of an article.
DIALECTS = {
    "follow-up": '---\ntitle: "{title}"\ndate: {date}\ncategory: {category}\ntags: [{tags}]\n---\n\n{body}',
    "hugo": _HUGO,
    "mkdocs": _HUGO,
    "eleventy": _HUGO,
    "pelican": "Title: {title}\nDate: {date}\nCategory: {category}\nTags: {tags}\nSlug: {slug}\n\n{body}",
    "nikola": (
        "<!--\n.. title: {title}\n.. slug: {slug}\n.. date: {date} 00:00:00 UTC\n.. tags: {tags}\n"
        ".. category: {category}\n-->\n\n{body}"
    ),
}
_CODE = "```python\ndef follow_up(candidate):\n    for day in (1, 7, 30):\n        yield candidate, day\n```"
_TABLE_HEAD = "| Day | What | Who |\n|---|---|---|"


def articles(count: int, seed: int = 7) -> Iterator[tuple[str, dict[str, object]]]:
    """The slug and the fields of each article: title, date, category, tags (one line), slug, body."""
    for number in range(count):
        draw = _Draw(seed * 1_000_003 + number)
        slug = f"a{number:05}"
        yield (
            slug,
            {
                "title": f"{draw.words_alone(6)} {number}",
                "date": FIRST_DAY + dt.timedelta(days=number * DAYS // count),
                "category": draw.chance.choice(CATEGORIES),
                "tags": ", ".join(draw.chance.sample(TOPICS, 3)),
                "slug": slug,
                "body": draw.body(),
            },
        )


def write(count: int, folder: Path, dialect: str = "follow-up") -> None:
    """Write the articles into `folder` as one of DIALECTS. Raises KeyError for any other."""
    layout = DIALECTS[dialect]
    folder.mkdir(parents=True, exist_ok=True)
    for slug, fields in articles(count):
        (folder / f"{slug}.md").write_text(layout.format(**fields), encoding="utf-8", newline="\n")


class _Draw:
    """One article's draws, in their order."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def word(self) -> str:
        return self.chance.choice(VOCABULARY)

    def words_alone(self, length: int) -> str:
        """A title or a heading."""
        return _capital(" ".join(self.chance.choices(VOCABULARY, k=length)))

    def sentence(self) -> str:
        """7 to 19 words, of which some are strong, stressed, linked or code."""
        words = self.chance.choices(VOCABULARY, k=self.chance.randint(7, 19))
        if self.chance.random() < 0.25:
            words[self._place(words)] = f"**{self.word()} {self.word()}**"
        if self.chance.random() < 0.20:
            words[self._place(words)] = f"*{self.word()}*"
        if self.chance.random() < 0.15:
            target = f"https://example.com/{self.word()}-{self.chance.randint(1, 999)}/"
            words[self._place(words)] = f"[{self.word()} {self.word()}]({target})"
        if self.chance.random() < 0.08:
            words[self._place(words)] = f"`{self.word()}_{self.word()}`"
        return _capital(" ".join(words)) + self.chance.choice("...?!")

    def _place(self, words: list[str]) -> int:
        return self.chance.randrange(len(words))

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.chance.randint(3, 6)))

    def aside(self) -> str:
        """A list, a numbered list, a quote, a table, code, or nothing."""
        kind = self.chance.random()
        if kind < 0.40:
            return "\n".join(f"- {self.sentence()}" for _ in range(self.chance.randint(3, 6)))
        if kind < 0.60:
            return "\n".join(f"{n}. {self.sentence()}" for n in range(1, self.chance.randint(4, 6)))
        if kind < 0.75:
            return f"> {self.paragraph()}"
        if kind < 0.85:
            rows = (f"| {n} | {self.word()} {self.word()} | {self.word()} |" for n in range(4))
            return "\n".join((_TABLE_HEAD, *rows))
        return _CODE if kind < 0.95 else ""

    def body(self) -> str:
        blocks = [self.paragraph()]
        for _ in range(SECTIONS):
            blocks += (f"## {self.words_alone(5)}", self.paragraph(), self.aside(), self.paragraph())
        return "\n\n".join(filter(None, blocks)) + "\n"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
