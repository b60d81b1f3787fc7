// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("exivo_timeline", {
    steps: () => [
        ...["Aare", "Never booked", "Reuss"].map((room) => ({
            content: `${room} is a row`,
            trigger: `.vis-labelset .vis-label:contains(${room})`,
        })),
        {
            content: "What has no room has no row",
            trigger: ".vis-labelset:not(:contains(UNASSIGNED))",
        },
        {
            content: "Open the access",
            trigger: ".vis-item:contains(Anna Muster · In progress)",
            run: "dblclick",
        },
        {
            trigger: ".o_form_view .o_form_statusbar .badge:contains(In progress)",
        },
    ],
});
