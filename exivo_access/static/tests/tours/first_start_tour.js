// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const MOST_CLICKS = 10;

/**
 * Types into a field of the site's form, as somebody who goes on with Tab does.
 */
function type(name, value) {
    return {
        content: `Type ${name}`,
        trigger: `.o_field_widget[name=${name}] input`,
        run: `edit ${value}`,
    };
}

const STEPS = [
    {
        content: "Open the app",
        trigger: ".o_navbar_apps_menu button",
        run: "click",
    },
    {
        content: "Choose Exivo",
        trigger: ".o-dropdown-item:contains(Exivo)",
        run: "click",
    },
    {
        content: "The empty list leads on",
        trigger: ".o_exivo_first_steps",
        run: "click",
    },
    {
        content: "The first step is to connect the site",
        trigger: ".o_exivo_steps:contains(First steps)",
    },
    type("name", "New house"),
    type("remote_id", "55555555-1111-4111-8111-111111111111"),
    type("api_key", "55555555-2222-4222-8222-222222222222"),
    type("api_secret", "55555555-3333-4333-8333-333333333333"),
    {
        content: "Verify",
        trigger: "button[name=action_verify]:visible",
        run: "click",
    },
    {
        content: "Fetch the locks",
        trigger: ".o_exivo_steps button[name=action_synchronise_locks]",
        run: "click",
    },
    {
        content: "Add a rule",
        trigger: ".o_exivo_steps button[name=action_add_rule]",
        run: "click",
    },
    {
        content: "Look for the room",
        trigger: ".o_field_widget[name=resource_id] input",
        run: "edit Aare",
    },
    {
        content: "Choose the room",
        trigger: ".o-autocomplete--dropdown-item:contains(Aare)",
        run: "click",
    },
    {
        content: "Look for the lock",
        trigger: ".o_field_widget[name=lock_ids] input",
        run: "edit Entrance",
    },
    {
        content: "Choose the lock",
        trigger: ".o-autocomplete--dropdown-item:contains(Entrance)",
        run: "click",
    },
    {
        content: "Save",
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        content: "The rule is saved",
        trigger: ".o_form_status_indicator:not(:has(button:visible))",
    },
];

registry.category("web_tour.tours").add("exivo_first_start", {
    steps: () => {
        const clicks = STEPS.filter((step) => step.run === "click");
        if (clicks.length > MOST_CLICKS) {
            throw new Error(`${clicks.length} clicks are more than ${MOST_CLICKS}`);
        }
        return STEPS;
    },
});
