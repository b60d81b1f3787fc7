# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_shop
from . import test_carts_that_expire
from . import test_edited_pages
from . import test_ratings
from . import test_translations
from . import test_websites
