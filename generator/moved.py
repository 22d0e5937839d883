"""A page at a former address that sends readers on, without a script and on any server."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from generator.shown import Texts

_PAGE = Markup("""\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={url}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
<h1>This has moved</h1>
<p>It is now at <a href="{url}">{title}</a>.</p>
</html>
""")


@dataclass(frozen=True)
class Moved:
    """Where it is now, and what it is called."""

    language: str
    title: str
    url: str
    canonical: str

    def written(self, _texts: Texts) -> str:
        """The page."""
        return _PAGE.format(language=self.language, title=self.title, url=self.url, canonical=self.canonical)
