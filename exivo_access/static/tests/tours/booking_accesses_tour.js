// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("exivo_booking_accesses", {
    steps: () => [
        {
            content: "The booking shows its access, with icon and word",
            trigger:
                "[name=exivo_access_ids] .o_data_row:contains(Anna Muster) " +
                ".badge:contains(Created):has(.fa-check)",
        },
        {
            content: "Ask why the person cannot enter",
            trigger: ".o_statusbar_buttons button:contains(Explain access)",
            run: "click",
        },
        {
            content: "It is too early",
            trigger:
                ".modal .o_data_row:contains(Window and now):contains(too early) " +
                ".badge:contains(Look here):has(.fa-eye)",
        },
        {
            content: "All the rest is fine",
            trigger: ".modal .o_data_row:contains(Access) .badge:contains(Fine)",
        },
        {
            content: "Close the explanation",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Open the accesses of the booking",
            trigger: "body:not(:has(.modal)) button[name=action_open_exivo_accesses]",
            run: "click",
        },
        {
            trigger: ".o_last_breadcrumb_item:contains(Accesses)",
        },
        {
            content: "Open the access",
            trigger: ".o_list_view .o_data_row:contains(Created) td[name=partner_id]",
            run: "click",
        },
        {
            content: "The access has its state and its buttons",
            trigger: ".o_form_statusbar .badge:contains(Created)",
        },
        {
            trigger: "button[name=action_open_at_exivo]",
        },
        {
            content: "Look at the PIN",
            trigger: ".o_form_view .o_exivo_show_pin",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(PIN of):contains(/\\d{6}/)",
        },
        {
            content: "It is recorded, and the form says so",
            trigger: ".o_notebook .nav-link:contains(Who Saw the PIN)",
        },
        {
            content: "Copy the link",
            trigger: ".o_form_view .o_exivo_copy_link",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(/copied|https:.*/)",
        },
        {
            content: "Have the access explained",
            trigger: ".o_statusbar_buttons button:contains(Explain)",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Person):contains(Anna Muster)",
        },
        {
            content: "Close the explanation",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
