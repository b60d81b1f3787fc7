# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds which room of the add-on knows which: none may know one that stands on it.

``models/__init__.py`` lists the rooms from the ground up. A room knows another one by
an import, by a model's name, wherever that stands, or by a field or a method that the
other one adds to a model of several rooms; tools that look at imports only see little
of it.

The last of these goes by names alone: whether a record has what a text or an attribute
names is not looked at. Where a name means something else in a room below, one of the
two has another name.
"""

import ast
from collections import defaultdict

from ..machine.paths import ADDON as NAME
from ..machine.paths import ROOT

ADDON = ROOT / NAME
MODELS = ADDON / "models"


def get_rooms():
    """The rooms from the ground up.

    :rtype: list[str]
    """
    tree = ast.parse((MODELS / "__init__.py").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [alias.name for node in imports for alias in node.names]


def find_wrong_arrows():
    """Find where a room knows one that stands on it.

    :return: a line for each, with file, line and what is known.
    :rtype: list[str]
    """
    rooms = get_rooms()
    trees = {path: ast.parse(path.read_text()) for path in MODELS.glob("*/*.py")}
    homes = {
        name: path.parent.name
        for path, tree in trees.items()
        for name in _get_made_models(tree)
    }
    added = _find_added(trees, rooms)
    return [
        f"{path.relative_to(MODELS)}:{line}: {path.parent.name} knows {known} ({name})"
        for path, tree in sorted(trees.items())
        for line, known, name in (*_find_known(tree, homes), *_find_used(tree, added))
        if rooms.index(known) > rooms.index(path.parent.name)
    ]


def find_odoo_in_pure(folders=("pure", "api", "adapters")):
    """Find imports of Odoo where there must be none.

    :rtype: list[str]
    """
    found = []
    for path in sorted(one for name in folders for one in ADDON.glob(f"{name}/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            if any(name.split(".")[0] == "odoo" for name in names):
                found.append(f"{path.relative_to(ADDON)}:{node.lineno}")
    return found


def _get_made_models(tree):
    for node in ast.walk(tree):
        names = node.targets if isinstance(node, ast.Assign) else []
        if [getattr(one, "id", None) for one in names] == ["_name"]:
            yield ast.literal_eval(node.value)


def _find_added(trees, rooms):
    """The rooms that add fields and methods to models of several rooms.

    :return: the lowest room of each name, but for names that a model has that is made
        there or below.
    :rtype: dict[str, str]
    """
    made, added = defaultdict(set), defaultdict(set)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                members = dict(_get_members(node))
                extends = "_inherit" in members and "_name" not in members
                for name in (name for name, is_new in members.items() if is_new):
                    (added if extends else made)[name].add(path.parent.name)
    lowest = {name: min(made[name] | added[name], key=rooms.index) for name in added}
    return {name: room for name, room in lowest.items() if room not in made[name]}


def _get_members(node):
    """Pairs of each name in a class, and whether it is a field or method made there.

    What overrides something calls it by ``super()``.
    """
    for one in node.body:
        if isinstance(one, ast.FunctionDef):
            yield one.name, not _calls_super(one)
        for target in one.targets if isinstance(one, ast.Assign) else ():
            yield getattr(target, "id", ""), isinstance(one.value, ast.Call)


def _calls_super(function):
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(function)
    )


def _find_used(tree, added):
    """Triples as of :func:`_find_known`, of fields and methods."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            path = [node.attr]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            path = node.value.split(".")  # as in "booking_id.exivo_guest_ids"
        else:
            continue
        if path[0] != NAME:  # of a record by its external ID, or a key of ours
            yield from ((node.lineno, added[one], one) for one in path if one in added)


def _find_known(tree, homes):
    """Triples of a line, the room that is known there, and by what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            module = node.module
            rooms = [module] if module else [alias.name for alias in node.names]
            yield from ((node.lineno, room.split(".")[0], room) for room in rooms)
        if isinstance(node, ast.Constant) and node.value in homes:
            yield node.lineno, homes[node.value], node.value
