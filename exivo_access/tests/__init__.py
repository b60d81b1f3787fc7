# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_alarms
from . import test_booking_access
from . import test_booking_changes
from . import test_comparison
from . import test_exivo_list
from . import test_encryption
from . import test_explain
from . import test_explain_access
from . import test_lookout
from . import test_mails
from . import test_my_doors
from . import test_outages
from . import test_pins
from . import test_portal
from . import test_query_counts
from . import test_reminders
from . import test_retries
from . import test_rules
from . import test_security
from . import test_self_service
from . import test_sites_and_locks
from . import test_staff_actions
from . import test_tours
from . import test_walk
from . import test_staff_screens
from . import test_translations
