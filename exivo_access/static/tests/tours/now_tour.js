// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

const NOW = ".o_exivo_now_room:contains(Aare) [data-phase=now]";
const NO_DIALOG = "body:not(:has(.modal))";

registry.category("web_tour.tours").add("exivo_now", {
    steps: () => [
        {
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            content: "The app begins with what is on now",
            trigger: ".o-dropdown-item:contains(Exivo)",
            run: "click",
        },
        {
            content: "Anna is in the room now, and her access is there",
            trigger: `${NOW}:contains(Anna Muster) .o_exivo_success:contains(Created)`,
        },
        {
            content: "Zoé comes next",
            trigger: "[data-phase=next]:contains(Zoé Beispiel):contains(12:00)",
        },
        {
            content: "What comes later is behind a button",
            trigger: ".o_exivo_now_room button:contains(1 more today)",
            run: "click",
        },
        {
            content: "Give back what was taken away",
            trigger: "[data-phase=next]:contains(Taken Away) button[name=give_back]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Accesses given back: 1)",
        },
        {
            content: "The line says so at once",
            trigger: "[data-phase=next]:contains(3:00):not(:contains(Taken Away))",
        },
        {
            content: "Somebody stands at the door; accents need not be typed",
            trigger: ".o_exivo_now input[type=search]",
            run: "edit zoe",
        },
        {
            trigger: ".o_exivo_now_rooms:contains(Zoé):not(:contains(Anna))",
        },
        {
            content: "It is somebody else",
            trigger: ".o_exivo_now input[type=search]",
            run: "edit anna",
        },
        {
            content: "Ask why she cannot enter",
            trigger: `${NOW} button[name=explain]`,
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Person):contains(Anna Muster)",
        },
        {
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Look at the PIN",
            trigger: `${NO_DIALOG} ${NOW} button[name=pin]`,
            run: "click",
        },
        {
            trigger: ".o_notification:contains(PIN of):contains(/\\d{6}/)",
        },
        {
            content: "Look at it again: it is there once",
            trigger: `${NOW} button[name=pin]`,
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_notification:contains(PIN of) ~ .o_notification:contains(PIN of))) .o_notification:contains(PIN of):contains(/\\d{6}/)",
        },
        {
            content: "Have a new code made",
            trigger: `${NOW} button[name=new_code]`,
            run: "click",
        },
        {
            content: "The old PIN is not on the screen any more",
            trigger: "body:not(:has(.o_notification:contains(PIN of))) .modal .o_field_widget[name=reason] input",
            run: "edit Lost the mail",
        },
        {
            trigger: ".modal-footer button.btn-primary",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(A new code is being made for Anna Muster)",
        },
        {
            content: "Open a door from afar",
            trigger: `${NO_DIALOG} ${NOW} button[name=open]`,
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=lock_id]",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Nobody of that name",
            trigger: `${NO_DIALOG} .o_exivo_now input[type=search]`,
            run: "edit nobody at all",
        },
        {
            trigger: ".o_exivo_now_rooms:contains(Nothing of today matches)",
        },
        {
            content: "Perhaps on another day",
            trigger: ".o_exivo_now_rooms button:contains(Look among all accesses)",
            run: "click",
        },
        {
            content: "What was typed is all that is searched for",
            trigger: ".o_list_view .o_facet_value:contains(nobody at all)",
        },
        {
            trigger: ".o_searchview:not(:has(.o_facet_value:contains(Today)))",
        },
    ],
});
