"""Former addresses in the file that hosts of static sites read: `/_redirects` (Netlify, Cloudflare Pages).

The pages at those addresses send readers on everywhere; a host that reads this file does so before a page is
loaded, and tells search engines that it is for good (301).
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.shown import Texts


@dataclass(frozen=True, slots=True)
class Redirects:
    """Pairs of a former address and the present one, both paths."""

    moved: tuple[tuple[str, str], ...]

    def written(self, _texts: Texts) -> str:
        """One line for each former address."""
        return "".join(f"{old} {new} 301\n" for old, new in self.moved)
