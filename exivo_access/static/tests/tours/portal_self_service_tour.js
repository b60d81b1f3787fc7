// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("exivo_book_a_room", {
    url: "/my",
    steps: () => [
        {
            content: "Go to what can be booked",
            trigger: "a[href='/my/bookings/new']:contains('Book a room')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Choose a day",
            trigger: ".o_exivo_days a[href*='day=2027-03-02']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Choose a time",
            trigger: ".o_exivo_room .o_exivo_slot[title^='10:00']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Book it",
            trigger: "form[method=post] button:contains('Book it')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The booking shows that the access is on its way",
            trigger: "#exivo_accesses .o_exivo_access[data-state=in_progress]",
        },
    ],
});

registry.category("web_tour.tours").add("exivo_my_doors", {
    url: "/my",
    steps: () => [
        {
            content: "Go to the doors",
            trigger: "a[href='/my/doors']:contains('My doors')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Ask for the PIN of the access that is there",
            trigger: "[data-state=created] button:contains('Show the PIN')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "See it beside the link",
            trigger: ".o_exivo_access:has(.o_exivo_link) .o_exivo_pin",
        },
        {
            content: "The other access has arrived meanwhile, and the PIN stays",
            trigger:
                "#exivo_accesses:has(.o_exivo_pin):has(.o_exivo_code form):not(:has([data-state=in_progress]))",
        },
    ],
});
