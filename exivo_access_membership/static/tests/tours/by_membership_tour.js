// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

/**
 * A manager has a community follow one membership, and lets it decide about whom was
 * tagged by hand before.
 */
registry.category("web_tour.tours").add("exivo_by_membership", {
    steps: () => [
        {
            content: "Nothing is asked as long as no membership counts",
            trigger:
                ".o_form_view:not(:has([name=exivo_remind_days])) [name=exivo_by_membership] input",
            run: "click",
        },
        {
            content: "Only one membership counts",
            trigger: "[name=exivo_product_ids] input",
            run: "edit A year",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(A year)",
            run: "click",
        },
        {
            content: "Members are reminded",
            trigger: "[name=exivo_remind_days] input",
            run: "edit 30",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "One is in by the membership, and one of two by hand has one",
            trigger:
                ".o_form_view:has([name=exivo_paid_count]:contains(1)):has([name=exivo_by_hand_count]:contains(2)) [name=exivo_undecided_count]:contains(1)",
        },
        {
            content: "Let the membership decide",
            trigger: "[name=action_adopt_exivo_members]",
            run: "click",
        },
        {
            content: "Both are in by the membership",
            trigger:
                ".o_form_view:has([name=exivo_by_hand_count]:contains(1)) [name=exivo_paid_count]:contains(2)",
        },
    ],
});
