// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

/**
 * An administrator lets a rule wait until a part of the order is paid, and is asked.
 */
registry.category("web_tour.tours").add("exivo_rule_payment", {
    steps: () => [
        {
            content: "Nobody is asked for a share as long as payment does not matter",
            trigger: ".o_form_view:not(:has([name=payment_share])) [name=payment] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Order paid)",
            run: "click",
        },
        {
            content: "A deposit is enough",
            trigger: "[name=payment_share] input",
            run: "edit 50",
        },
        {
            content: "Open another field, so that the form looks what this does",
            trigger: "[name=minutes_before] input",
            run: "click",
        },
        {
            content: "The form says what this does",
            trigger: "[name=exivo_rule_effect]:contains(removed 1)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Agree",
            trigger: ".modal:contains(removed 1) .modal-footer button:contains(Save)",
            run: "click",
        },
        {
            content: "The rule is saved",
            trigger: ".o_form_saved, .o_form_status_indicator:not(:has(button:visible))",
        },
    ],
});
