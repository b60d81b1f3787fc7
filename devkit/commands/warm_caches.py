# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pytest plug-in: what Odoo has looked up is kept from test to test.

By itself Odoo forgets it after each test: access rights, templates, routes. Looking all
of that up again takes a third of the time. Here a cache goes back to what it held
before a test, or a class of tests, only if it was emptied meanwhile: what has come into
it since may be of rows that are rolled back.

Of templates that are no views, such as texts of mails, Odoo keeps nothing, and compiles
them for each mail anew. That hangs on nothing that a test does, and is kept too.
"""

import functools

from lxml import etree


class Scope:
    """A test, or a class of tests, and what is in Odoo's caches before and after."""

    #: those that have begun, the class first
    begun = []
    #: whether one is just ending, when Odoo empties all caches
    is_ending = False

    def __init__(self, registry):
        self._registry = registry
        self._models = self._get_models()
        self._before = {one: cache.snapshot for one, cache in self._get_caches()}
        self._after = {}
        self._emptied = set()
        self.begun.append(self)

    def _get_caches(self):
        return self._registry._Registry__caches.items()

    def _get_models(self):
        """Return what changes when models do."""
        return self._registry.registry_sequence, self._registry.registry_invalidated

    @classmethod
    def note(cls, cache):
        """Note that a cache is emptied."""
        if not cls.is_ending:
            for scope in cls.begun:
                scope._emptied.add(id(cache))

    def decide(self):
        """Decide what the caches shall hold afterwards, before Odoo empties them."""
        Scope.is_ending = True
        if self._get_models() == self._models:
            self._after = {
                one: self._before[one] if id(cache) in self._emptied else cache.snapshot
                for one, cache in self._get_caches()
            }

    def end(self):
        """Fill the caches."""
        for one, cache in self._get_caches():
            cache.clear()
            cache.update(self._after.get(one, {}))
        self.begun.remove(self)
        Scope.is_ending = False


def _keep_compiled(compile_template):
    """Have each text of a mail compiled once, by what Odoo keeps views by."""
    kept = {}

    @functools.wraps(compile_template)
    def compile_once(qweb, template):
        if not etree.iselement(template):
            return compile_template(qweb, template)
        context, names = qweb.env.context, qweb._get_template_cache_keys()
        matters = {name: context[name] for name in names if name in context}
        key = etree.tostring(template), repr(matters)
        if key not in kept:
            kept[key] = compile_template(qweb, template)
        return kept[key]

    return compile_once


def pytest_sessionstart():
    # not before Odoo is set up
    from odoo.modules.registry import Registry
    from odoo.tests.common import TransactionCase, get_db_name
    from odoo.tools.lru import LRU

    from odoo.addons.base.models.ir_qweb import IrQweb

    clear = LRU.clear
    set_up, set_up_class = TransactionCase.setUp, TransactionCase.setUpClass.__func__

    @functools.wraps(clear)
    def note_and_clear(cache):
        Scope.note(cache)
        clear(cache)

    @functools.wraps(set_up)
    def set_up_in_scope(test):
        scope = Scope(test.registry)
        test.addCleanup(scope.end)  # the last of all
        set_up(test)
        test.addCleanup(scope.decide)  # before Odoo's own

    @functools.wraps(set_up_class)
    def set_up_class_in_scope(cls):
        scope = Scope(Registry(get_db_name()))
        cls.addClassCleanup(scope.end)
        set_up_class(cls)
        cls.addClassCleanup(scope.decide)

    IrQweb._generate_code_uncached = _keep_compiled(IrQweb._generate_code_uncached)
    LRU.clear = note_and_clear
    TransactionCase.setUp = set_up_in_scope
    TransactionCase.setUpClass = classmethod(set_up_class_in_scope)
