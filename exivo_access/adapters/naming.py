# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Names orders, so that they are found again at Exivo, which keeps no other text."""


def name_of(reference, token):
    """Return the name of what is made for an order.

    :param str reference: of the access.
    :param str token: of the order.
    :rtype: str
    """
    return f"{reference} {token}"


def token_of(name):
    """Return the last word of a name, where our token stands.

    :rtype: str
    """
    return name.split()[-1] if name.split() else ""
