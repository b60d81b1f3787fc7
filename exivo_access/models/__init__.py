# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import alarm_mixin
from . import outage_mixin
from . import pin_mixin
from . import exivo_site
from . import exivo_site_admin
from . import exivo_lock
from . import exivo_access_rule
from . import exivo_access
from . import exivo_access_staff
from . import exivo_credential
from . import exivo_fixed_pin
from . import exivo_pin_reveal
from . import pin_keeper
from . import secret_keeper
from . import exivo_self_service
from . import collector
from . import planner
from . import synchroniser
from . import comparer
from . import notifier
from . import explainer
from . import access_explainer
from . import exivo_trouble
from . import lookout
from . import trouble_words
from . import alarm
from . import calendar_alarm_manager
from . import calendar_attendee
from . import calendar_event
from . import resource_booking
from . import resource_booking_combination
from . import resource_booking_type
from . import resource_resource
from . import res_partner
