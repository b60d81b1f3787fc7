// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const rules = "[name=exivo_rule_ids]";

/**
 * An administrator makes a rule longer, is asked, goes back, and then agrees.
 */
registry.category("web_tour.tours").add("exivo_room_rule", {
    steps: () => [
        {
            content: "Open the minutes of the rule",
            trigger: `${rules} .o_data_row td[name=minutes_after]`,
            run: "click",
        },
        {
            content: "Keep the doors open for longer",
            trigger: `${rules} td[name=minutes_after] input`,
            run: "edit 30",
        },
        {
            content: "Open another field, so that the form looks what this does",
            trigger: `${rules} .o_data_row td[name=minutes_before]`,
            run: "click",
        },
        {
            content: "The form says what this does",
            trigger: "[name=exivo_rule_effect]:contains(changed 1)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Think about it again",
            trigger: ".modal:contains(changed 1) .modal-footer button:contains(Go back)",
            run: "click",
        },
        {
            content: "Nothing is saved; save again",
            trigger: "body:not(:has(.modal)) .o_form_button_save",
            run: "click",
        },
        {
            content: "Agree",
            trigger: ".modal .modal-footer button:contains(Save)",
            run: "click",
        },
        {
            content: "The rule is saved",
            trigger: ".o_form_saved, .o_form_status_indicator:not(:has(button:visible))",
        },
    ],
});
