# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lists the ways in that a rule can choose from, with all that holds for every record.

Whoever adds one begins here, and ``docs/architecture.md`` says where to go on.
"""

from ... import adapters

#: The phone itself opens the doors: nothing is typed.
APP = "app"
#: A person in an access group has no end, so this makes no sense with a booking.
GROUP = "group"

#: These are the ways in.
METHODS = [
    ("link", "Link and PIN"),
    (APP, "Key in the App"),
    ("keypad", "PIN at the Keypad"),
    (GROUP, "Access Group"),
]
#: Each method has this kind of credential at the lock system.
KINDS = {
    "link": adapters.VISIT,
    APP: adapters.KEY,
    "keypad": adapters.VISIT,
    GROUP: adapters.PERSON,
}
#: A community may have these methods only.
COMMUNITY_METHODS = ("link", APP, GROUP)
#: A method needs locks that can do this; a group opens in any way that a lock has.
ABILITIES = {
    "link": "has_remote_opening",
    APP: "has_mobile_access",
    "keypad": "has_keypad",
}
#: The holder has to hear of these changes, where the link does not change with them.
NEWS = {
    APP: {"time", "doors", "holder"},
    "keypad": {"time", "doors", "code"},
    GROUP: {"doors", "code"},
}

#: The customer is told by these; where rules differ, the last one of them wins.
INVITATIONS = [
    ("odoo", "Odoo Mails"),
    ("email", "Exivo Mails as Well"),
    ("sms", "Exivo Texts as Well"),
]


def get_strongest(invitations):
    """Return the invitation that counts where rules that share an access differ.

    :param invitations: values of ``invitation``, at least one.
    :rtype: str
    """
    return max(invitations, key=[value for value, _label in INVITATIONS].index)
