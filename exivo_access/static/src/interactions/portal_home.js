// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {PortalHomeCounters} from "@portal/interactions/portal_home_counters";
import {patch} from "@web/core/utils/patch";

patch(PortalHomeCounters.prototype, {
    /**
     * My doors is there also when none opens now: its page says what to do.
     */
    getCountersAlwaysDisplayed() {
        return [...super.getCountersAlwaysDisplayed(), "exivo_door_count"];
    },
});
