# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The ways in that a rule can choose from: all that is known of each without a record.

Whoever adds one begins here; ``docs/architecture.md`` says where to go on.
"""

from ... import adapters

#: The phone itself opens the doors: nothing is typed.
APP = "app"
#: Makes no sense with a booking: a person in an access group has no end.
GROUP = "group"

#: How somebody gets in.
METHODS = [
    ("link", "Link and PIN"),
    (APP, "Key in the App"),
    ("keypad", "PIN at the Keypad"),
    (GROUP, "Access Group"),
]
#: What each method makes at the lock system.
KINDS = {
    "link": adapters.VISIT,
    APP: adapters.KEY,
    "keypad": adapters.VISIT,
    GROUP: adapters.PERSON,
}
#: Those that a community may have.
COMMUNITY_METHODS = ("link", APP, GROUP)
#: What a lock must be able to do for a method; a group opens in any way that it has.
ABILITIES = {
    "link": "has_remote_opening",
    APP: "has_mobile_access",
    "keypad": "has_keypad",
}
#: What the holder has to hear of, where no link changes with everything that changes.
NEWS = {
    APP: {"time", "doors", "holder"},
    "keypad": {"time", "doors", "code"},
    GROUP: {"doors", "code"},
}

#: Who tells the customer; where rules differ, the last one wins.
INVITATIONS = [
    ("odoo", "Odoo Mails"),
    ("email", "Exivo Mails as Well"),
    ("sms", "Exivo Texts as Well"),
]


def get_strongest(invitations):
    """What holds where rules that share an access say different things.

    :param invitations: values of ``invitation``, at least one.
    :rtype: str
    """
    return max(invitations, key=[value for value, _label in INVITATIONS].index)
