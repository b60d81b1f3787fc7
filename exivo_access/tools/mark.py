# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says something in the context that nobody can say from afar."""


class Mark:
    """A mark in the context that only code of the same process can have put there.

    Whoever calls a method from afar brings a context of their own, with whatever names
    and values JSON can express. It cannot express this very object.
    """

    def __init__(self, name):
        self.name = name

    def on(self, value=True):
        """Return what to put into a context.

        :param value: what to say with it.
        :rtype: dict
        """
        return {self.name: (self, value)}

    def off(self):
        """Return what takes the mark out of a context again.

        :rtype: dict
        """
        return {self.name: None}

    def get_from(self, env):
        """Return what the context says with this mark; ``None`` if it is not there."""
        said = env.context.get(self.name)
        is_ours = isinstance(said, tuple) and len(said) == 2 and said[0] is self
        return said[1] if is_ours else None
