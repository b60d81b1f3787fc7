// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const LOSS = ".modal:contains(Change accesses?):contains(Aare):contains(removed 1)";
const GAIN = ".modal:contains(Change accesses?):contains(Aare):contains(created 1)";
const NO_DIALOG = "body:not(:has(.modal))";

function ask(item) {
    return [
        {
            trigger: `${NO_DIALOG} .o_cp_action_menus button:has(.fa-cog)`,
            run: "click",
        },
        {
            trigger: `.o-dropdown-item:contains(${item})`,
            run: "click",
        },
    ];
}

/**
 * An administrator reads what is lost without a rule, and what comes with it again.
 */
registry.category("web_tour.tours").add("exivo_rule_archived", {
    steps: () => [
        ...ask("Archive"),
        {
            content: "Think about it again",
            trigger: `${LOSS} .modal-footer button:contains(Cancel)`,
            run: "click",
        },
        ...ask("Delete"),
        {
            content: "Keep it",
            trigger: `${LOSS} .modal-footer button:contains(No, keep it)`,
            run: "click",
        },
        ...ask("Archive"),
        {
            trigger: `${LOSS} .modal-footer button:contains(Archive)`,
            run: "click",
        },
        {
            content: "It is archived",
            trigger: `${NO_DIALOG} .o_form_view .ribbon:contains(Archived)`,
        },
        ...ask("Unarchive"),
        {
            trigger: `${GAIN} .modal-footer button:contains(Unarchive)`,
            run: "click",
        },
        {
            content: "It is in force again",
            trigger: `${NO_DIALOG} .o_form_view:not(:has(.ribbon:contains(Archived)))`,
        },
        {
            content: "Look at the list",
            trigger: `${NO_DIALOG} .breadcrumb-item a, ${NO_DIALOG} .o_back_button a`,
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Aare) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Archive)",
            run: "click",
        },
        {
            trigger: `${LOSS} .modal-footer button:contains(Cancel)`,
            run: "click",
        },
        {
            trigger: `${NO_DIALOG} .o_list_view`,
        },
    ],
});
