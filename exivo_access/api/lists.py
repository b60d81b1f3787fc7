# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads lists page by page, while they grow and shrink.

There is no total and no next link, and a short page does not prove the end: Exivo may
give less than is asked for. What is overlooked would be made twice. So each page begins
with the last entry of the one before: an entry that was there all the time cannot have
slipped through between them, as long as entries keep their order.
"""

from . import errors

PAGE_SIZE = 100
#: A million entries are more than a large house makes in decades. The limit guards
#: against a server that never comes to an end.
MAX_PAGES = 10_000
#: A list that changes meanwhile is read so often before it is given up.
READINGS = 4


def read_list(path, get_page, get_key):
    """Read a whole list. Begin anew if entries may have slipped through.

    A server that pages in a way of its own shows no overlap: it is believed once two
    readings in a row have brought the same.

    :param str path: of the list, for the errors.
    :param get_page: function of how many entries to skip, and how many to give at most.
    :param get_key: what tells entries apart; function of one.
    :return: yields every entry once.
    :rtype: Iterator
    :raise InvalidAnswer: the list does not end, or has changed in every reading.
    """
    given, before = set(), None
    for _reading in range(READINGS):
        reading = Reading(path, get_page, get_key)
        for key, row in reading:
            if key not in given:
                yield row
        if not reading.has_gaps or [*reading.keys] == before:
            return
        before = [*reading.keys]
        given.update(before)
    raise errors.InvalidAnswer(f"{path}: the list changes while it is read")


class Reading:
    """A reading goes through a list once, from its start to its end."""

    def __init__(self, path, get_page, get_key):
        self._path, self._get_page, self._get_key = path, get_page, get_key
        #: of the entries, in the order in which they came first
        self.keys = {}
        #: whether an entry may have slipped through
        self.has_gaps = False

    def __iter__(self):
        """Yield each entry once, with its key."""
        skip, overlap, last, was_idle = 0, 0, None, False
        for _page in range(MAX_PAGES):
            rows = self._get_page(skip, PAGE_SIZE)
            page = {self._get_key(row): row for row in rows}
            if skip and (page or overlap) and next(iter(page), None) not in self.keys:
                self.has_gaps = True
            news = {key: row for key, row in page.items() if key not in self.keys}
            self.keys.update(dict.fromkeys(news))
            yield from news.items()
            if not page or (overlap and [*page] == [last]):
                return
            # Many entries may have come in before; or the server gives the same all the
            # time.
            if not news and was_idle:
                self.has_gaps = True
                return
            was_idle, last = not news, [*page][-1]
            # An entry that is a page by itself can only be left behind.
            overlap = 1 if len(rows) > 1 else 0
            skip += len(rows) - overlap
        raise errors.InvalidAnswer(
            f"{self._path}: the list does not end after {len(self.keys)} entries"
        )
