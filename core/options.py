"""Options declared once: a frozen dataclass whose fields carry their own documentation.

`option("what it is for", default)` declares one; `read_options` turns a plain mapping into the dataclass and
collects every problem (unknown name, wrong type, missing value) instead of stopping at the first.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from core.errors import Problem, did_you_mean

T = TypeVar("T")
REQUIRED = dataclasses.MISSING


def option(doc: str, default: Any = REQUIRED, *, secret: bool = False) -> Any:
    """Declare an option: `doc` goes to the manual; a secret one never shows in `repr`."""
    return dataclasses.field(default=default, metadata={"doc": doc, "secret": secret}, repr=not secret)


@dataclasses.dataclass(frozen=True)
class OptionDoc:
    """What the manual says of one option."""

    name: str
    doc: str
    default: object
    required: bool
    secret: bool


def describe(options: type) -> tuple[OptionDoc, ...]:
    """The options of a dataclass made with `option`, in the order of their declaration."""
    return tuple(
        OptionDoc(
            field.name,
            field.metadata["doc"],
            None if field.default is REQUIRED else field.default,
            field.default is REQUIRED,
            field.metadata["secret"],
        )
        for field in dataclasses.fields(options)
    )


@dataclasses.dataclass(frozen=True)
class Place:
    """Where an option was written, for the error message. `line` counts from 1; 0 is unknown."""

    path: str
    line: int = 0

    def problem(self, message: str, repair: str) -> Problem:
        return Problem(self.path, self.line, message, repair)


Locate = Callable[[str], Place]


def read_options(
    options: type[T], values: Mapping[str, object], locate: Locate, spell: Callable[[str], str] = str
) -> tuple[T | None, list[Problem]]:
    """Build `options` from `values`, or say all that is wrong with them.

    `locate` tells where a name was written; `spell` gives a name as it is written (FOLLOWUP_STORE).
    Strings are converted to the declared type, so that the environment can carry numbers and switches.
    """
    fields = {field.name: field for field in dataclasses.fields(options)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(options)
    problems = [
        locate(name).problem(
            f'unknown setting "{spell(name)}"',
            did_you_mean(spell(name), map(spell, fields)),
        )
        for name in values
        if name not in fields
    ]
    given: dict[str, object] = {}
    for name, field in fields.items():
        if name in values:
            try:
                given[name] = convert(values[name], hints[name])
            except ValueError as error:
                problems.append(locate(name).problem(f'"{spell(name)}" {error}', field.metadata["doc"]))
        elif field.default is REQUIRED:
            problems.append(locate("").problem(f'"{spell(name)}" is missing', field.metadata["doc"]))
    return (None if problems else options(**given)), problems


def convert(value: object, wanted: Any) -> object:
    """`value` as the declared type, or ValueError saying what was expected ("must be a whole number")."""
    if isinstance(wanted, types.UnionType):
        return _optional(value, wanted)
    if wanted is bool:
        return _switch(value)
    if wanted is int:
        return _whole_number(value)
    if wanted is str:
        if not isinstance(value, str):
            raise ValueError("must be text in quotes")
        return value
    build = getattr(wanted, "from_setting", None)
    if build is None:
        raise TypeError(f"no conversion to {wanted}")
    return build(value)


def _optional(value: object, wanted: types.UnionType) -> object:
    if value is None or value == "":
        return None
    (inner,) = (kind for kind in typing.get_args(wanted) if kind is not types.NoneType)
    return convert(value, inner)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False,
             "no": False, "": False}  # fmt: skip
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError("must be on or off")


def _whole_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    raise ValueError("must be a whole number")
