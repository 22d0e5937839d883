"""The pages of the site: what each shows, worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.shown import Shown
from generator.urls import Address
from generator.views import Views


class Pages(Mapping[str, Shown]):
    """What every listed address shows, by its path. A site of ten thousand is mostly not asked for."""

    def __init__(self, listed: Sequence[Address], views: Views) -> None:
        self.views = views
        self._listed = {address.url: address for address in listed}
        self._shown: dict[str, Shown] = {}

    def __getitem__(self, url: str) -> Shown:
        if url not in self._shown:
            self._shown[url] = self.views.shown(self._listed[url])
        return self._shown[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)
