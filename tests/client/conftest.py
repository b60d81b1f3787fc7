# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the client's tests share.

This file is read before pytest-odoo has told Odoo where its add-ons are, so what comes
from the add-on is imported within the fixtures.
"""

import pytest


@pytest.fixture
def exivo():
    """An Exivo whose answers the test writes."""
    from written_exivo import WrittenExivo

    with WrittenExivo(assert_all_requests_are_fired=False) as written:
        yield written


@pytest.fixture
def client():
    """A client of that Exivo."""
    from written_exivo import new_client

    return new_client()
