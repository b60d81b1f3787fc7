# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import notifier
from . import exivo_access
from . import exivo_access_words
from . import exivo_lock
from . import exivo_mail
from . import mail_follower
