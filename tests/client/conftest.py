# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the client's tests share.

This file is read before pytest-odoo has told Odoo where its add-ons are, so what comes
from the add-on is imported within the fixtures.
"""

import pytest
from hypothesis import settings

# The same examples in every run: what fails here fails for everybody.
settings.register_profile("client", derandomize=True, database=None, deadline=None)
settings.load_profile("client")


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
