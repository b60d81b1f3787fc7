# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reports what changes in models of Odoo and OCA, and refuses what must not.

What one subject adds to such a model, fields above all, lies in its room, as in
``portal``; a field in here is a hook's own (``exivo_invite_at``, ``exivo_origin``). A
hook says which ids have changed (a booking in ``resource_booking.py``, its meeting in
``calendar_event.py``), or refuses what would open doors (who may change a booking:
``resource_booking_guard.py``), and plans nothing itself. This room stands on all
others, and none imports it.
"""

from . import base
from . import calendar_attendee_readers  # below what decides who is mailed at all
from . import calendar_recurrence  # the mark that attendees and events ask for
from . import calendar_alarm
from . import calendar_alarm_manager
from . import calendar_attendee
from . import calendar_event
from . import calendar_popover_delete_wizard
from . import ir_cron
from . import ir_default
from . import ir_mail_server
from . import ir_module_module
from . import ir_rule
from . import mail_activity
from . import mail_compose_message
from . import mail_followers
from . import mail_mail
from . import mail_message
from . import mail_template
from . import mail_template_values
from . import mail_thread
from . import res_partner
from . import res_partner_category
from . import res_users
from . import resource_booking
from . import resource_booking_closed
from . import resource_booking_gone_people
from . import resource_booking_guard
from . import resource_booking_combination
from . import resource_booking_type
from . import resource_booking_type_combination_rel
from . import resource_calendar
from . import resource_calendar_leaves
from . import resource_resource
from . import synchroniser
