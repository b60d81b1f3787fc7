# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says who may open the pages of the portal, and what their addresses may bring."""

from odoo.http import request, route

from ..tools.quiet_log import hide_in_logs


def portal_route(path, *methods, auth="user"):
    """Return the decorator of a page of the portal, with no token of it in a log.

    :param path: one address, or several in a list.
    :param auth: ``public`` where people without a login come as well.
    :param str methods: by which it is asked for; any if there are none.
    """
    for one in [path] if isinstance(path, str) else path:
        hide_in_logs(one)
    how = {"methods": list(methods)} if methods else {}
    return route(path, type="http", auth=auth, website=True, **how)


def may_be_id(number):
    """Tell whether a record can have this id; PostgreSQL looks for no others.

    :param int number: as it stands in an address.
    :rtype: bool
    """
    return 0 < number < 2**31


def is_form():
    """Tell whether this is a form, which Odoo has checked to be ours.

    Nothing else counts: neither HEAD nor what an address says of a method.
    """
    return request.httprequest.method == "POST"
