"""What one template mentions, read from its syntax tree."""

from __future__ import annotations

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from generator.closures import ALL, Mentions

_ENVIRONMENT = Environment()  # noqa: S701  # it only parses


def mentions_of(source: bytes) -> Mentions:
    """Nothing for a template that is missing or broken: making a page of it will say so."""
    try:
        tree = _ENVIRONMENT.parse(source.decode())
    except (TemplateSyntaxError, UnicodeDecodeError):
        return Mentions()
    return Mentions(
        templates=frozenset(name or ALL for name in meta.find_referenced_templates(tree)),
        names=frozenset(name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"),
        settings=_fields_of("site", tree),
        assets=_assets(tree),
    )


def _fields_of(name: str, tree: nodes.Template) -> frozenset[str]:
    """The fields that are taken of the variable; ALL when it is used in any other way."""
    taken = [
        found.attr
        for found in tree.find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name == name
    ]
    return frozenset(taken if len(taken) == _uses(name, tree) else [ALL])


def _assets(tree: nodes.Template) -> frozenset[str]:
    """The constant arguments of calls of `asset`; ALL when one is not constant."""
    named = [
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "asset" and _is_plain(call)
        if isinstance(call.args[0], nodes.Const)
    ]
    return frozenset(named if len(named) == _uses("asset", tree) else [ALL])


def _is_plain(call: nodes.Call) -> bool:
    extra = (call.kwargs, call.dyn_args, call.dyn_kwargs)
    return len(call.args) == 1 and isinstance(call.args[0], nodes.Const) and not any(extra)


def _uses(name: str, tree: nodes.Template) -> int:
    return sum(found.name == name and found.ctx == "load" for found in tree.find_all(nodes.Name))
