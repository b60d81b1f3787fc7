# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells holders what they need, once, and follows each mail until it has arrived.

``notifier.py`` says when a mail about accesses goes out; others are written where they
belong, by ``letter.py``, such as those of ``portal/exivo_awaited_answer.py``. What has
become of one is noted in ``exivo_mail.py``, also if it came back: then it waits for
another address. ``exivo_mail_delivery.py`` tells the accesses, and sends again what
could not be sent. To add a mail, or to change its words, begin in
``data/mails/mail_template_data.xml``. Where a booking is, and its entry in calendars,
is in ``resource_booking.py``.
"""

from . import notifier
from . import exivo_access
from . import exivo_access_calendar
from . import exivo_access_contact
from . import exivo_access_words
from . import exivo_lock
from . import exivo_address_mail
from . import exivo_mail
from . import exivo_mail_delivery
from . import exivo_site
from . import exivo_access_unwritten
from . import resource_booking
from . import synchroniser
from . import calendar_attendee
from . import collector
from . import resource_resource
