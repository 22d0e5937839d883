"""Nothing about a person is kept that erasing does not know of."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from forms import COLLECTIONS
from forms.rights.registry import REGISTRY
from forms.store.collection import Collection

ABOUT_PEOPLE = {"candidates", "candidacies", "referrals", "contacts"}

each_collection = pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda each: each.shape.name)


@each_collection
def test_every_field_is_declared_to_hold_something_of_people_or_nothing(collection: Collection[Any]) -> None:
    """A new field fails here until somebody has thought of what it may hold: see forms/rights/registry.py."""
    assert collection.shape.name in REGISTRY, "a new collection: declare what it holds"
    declared = {field.name for field in dataclasses.fields(collection.of)}
    assert declared <= set(REGISTRY[collection.shape.name].fields)


@each_collection
def test_a_reference_to_somebody_goes_with_them_or_is_emptied(collection: Collection[Any]) -> None:
    kept = REGISTRY[collection.shape.name]
    for field, target in collection.references.items():
        if target in ABOUT_PEOPLE:
            follows = {*kept.goes_with.get(field, ()), *kept.clears.get(field, ())}
            assert target in follows, field


def test_nothing_is_declared_that_is_not_kept() -> None:
    assert set(REGISTRY) <= {collection.shape.name for collection in COLLECTIONS}


def test_what_goes_with_something_stands_after_it() -> None:
    names = list(REGISTRY)
    for name, kept in REGISTRY.items():
        for targets in kept.goes_with.values():
            assert all(names.index(target) < names.index(name) for target in targets), name
