# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Remembers what nearly every transaction asks for, and changes with rules and locks.

All threads of a process share what Odoo's ``ormcache`` remembers. So a transaction that
has changed something reads it for itself: another one, which does not see the change
yet, may have it remembered anew as it was before.
"""

import functools

from odoo import tools

_CHANGED = "exivo_access.changed"


def remembered(method):
    """Decorate a method of a model without parameters: its answer is remembered.

    :param method: returns plain values.
    """
    shared = tools.ormcache()(method)
    own = f"{_CHANGED}.{method.__name__}"

    @functools.wraps(method)
    def recall(self):
        data = self.env.cr.postcommit.data
        if _CHANGED not in data:
            return shared(self)
        if own not in data:
            data[own] = method(self)
        return data[own]

    return recall


def read_anew(env):
    """Have this transaction read for itself, so that all it reads is of one moment.

    Else another thread may have it remembered anew between two of its questions.
    """
    data = env.cr.postcommit.data
    for key in [key for key in data if key.startswith(_CHANGED)]:
        del data[key]
    data[_CHANGED] = True


def forget(env):
    """Have what is remembered read anew, here now and everywhere after the commit.

    It is read anew a second time after the commit: until then other threads of this
    process read what was before, and Odoo itself only tells other processes to forget
    it.
    """
    read_anew(env)
    env.registry.clear_cache()
    env.cr.postcommit.add(env.registry.clear_cache)
