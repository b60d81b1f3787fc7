# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Leads from a site to the adapter that speaks to it.

These are functions, because anybody's code may call a model's methods. See
``secret_char.py`` for whom that is kept from.
"""

import os

from ... import api as exivo
from ...tools import connection, envelope
from ...tools.secret_char import SecretError, open_secret


def get_api_secret(site):
    """Return the API secret. The server's environment comes before what is stored.

    A secret in the environment goes to Exivo only: a manager may type any other
    address, and need not know that secret.

    :param site: an ``exivo.site`` record.
    :rtype: str
    :raise SecretError: it is stored, and cannot be read.
    """
    site.ensure_one()
    if site.secret_variable:
        return os.environ[site.secret_variable]
    return open_secret(site, "api_secret_stored")


def get_connection(site):
    """Return what it takes to speak to a site.

    :param site: an ``exivo.site`` record.
    :rtype: connection.Connection
    :raise SecretError: the API secret cannot be read.
    """
    site = site.sudo()
    return connection.Connection(
        site.api_url,
        site.remote_id,
        site.api_key,
        envelope.wrap(get_api_secret(site)),
        site._get_targets(),
    )


def get_adapter(site):
    """Return the adapter that speaks to a site.

    :param site: an ``exivo.site`` record.
    :rtype: adapters.Adapter
    :raise ExivoError: the site ID cannot be part of an address.
    """
    return connection.get_adapter(get_connection(site))


def is_still_used(site, used):
    """Tell whether a site is still called by a connection, and not by another one.

    :param site: an ``exivo.site`` record.
    :param connection.Connection used: for a call that was made some time ago.
    :rtype: bool
    """
    try:
        present = connection.new_client(get_connection(site))
    except (SecretError, exivo.ExivoError):  # another one cannot be called at all
        return False
    return connection.new_client(used) == present
