# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Connects to the lock system of a site. No Odoo in here.

A client holds the API secret, and an adapter a client: neither is ever an attribute of
a record, or what one of its methods returns. Those hand on a :class:`Connection`.
"""

from typing import NamedTuple

from .. import adapters
from .. import api as exivo
from . import envelope

#: These adapters speak to sites from this process.
ADAPTERS = adapters.Pool(adapters.ExivoAdapter)


class Connection(NamedTuple):
    """A connection is all it takes to speak to a site."""

    api_url: str
    remote_id: str
    api_key: str
    #: in an envelope, see :mod:`.envelope`
    api_secret: str
    #: which machines may be called
    targets: exivo.Targets


def new_client(connection):
    """Return a client of Exivo's API.

    :rtype: exivo.ExivoClient
    :raise ExivoError: the site ID cannot be part of an address.
    """
    return exivo.ExivoClient(
        connection.api_url,
        connection.remote_id,
        connection.api_key,
        envelope.unwrap(connection.api_secret),
        connection.targets,
    )


def get_adapter(connection):
    """Return what speaks to the lock system of a site.

    :param Connection connection: to it.
    :rtype: adapters.Adapter
    :raise ExivoError: the site ID cannot be part of an address.
    """
    return ADAPTERS.get(new_client(connection))
