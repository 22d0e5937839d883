"""What every command of the endpoint shares: an error is said in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from core.errors import FollowUpError

P = ParamSpec("P")
R = TypeVar("R")


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """An error that a person can repair is printed as its message, and the command exits with 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except FollowUpError as error:
            raise click.ClickException(str(error)) from error

    return run
