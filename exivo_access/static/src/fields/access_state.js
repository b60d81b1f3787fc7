// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const ICONS = {
    // States of an access
    in_progress: "fa-clock-o",
    created: "fa-check",
    removed: "fa-ban",
    failed: "fa-exclamation-triangle",
    expired: "fa-hourglass-end",
    // Verdicts of an explanation
    fine: "fa-check",
    look: "fa-eye",
    problem: "fa-exclamation-triangle",
    info: "fa-info-circle",
};

/**
 * A badge with an icon before the word, so that nobody has to tell colours apart.
 */
export class AccessStateField extends BadgeField {
    static template = "exivo_access.AccessStateField";

    get icon() {
        return ICONS[this.props.record.data[this.props.name]];
    }
}

registry.category("fields").add("exivo_state", {
    ...badgeField,
    component: AccessStateField,
    displayName: _t("Badge with icon"),
    supportedTypes: ["selection"],
});
