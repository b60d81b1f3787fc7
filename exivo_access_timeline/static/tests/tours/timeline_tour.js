// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

/**
 * Clicks when no more rows than these are loaded.
 */
function limitTo(rows) {
    return ({click}) => {
        const module = odoo.loader.modules.get("@exivo_access_timeline/timeline");
        module.ExivoTimelineModel.mostRows = rows;
        return click();
    };
}

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
            content: "Look at a month",
            trigger: ".oe_timeline_button_scale_month",
            run: "click",
        },
        {
            trigger: ".vis-item:contains(Ben · In progress)",
        },
        {
            content: "Look at more than it loads at once",
            trigger: ".oe_timeline_button_scale_year",
            run: limitTo(2),
        },
        {
            content: "What is not loaded is marked",
            trigger: ".vis-center:has(.exivo_not_loaded):not(:contains(Ben))",
        },
        {
            content: "Look at a month again",
            trigger: ".oe_timeline_button_scale_month",
            run: limitTo(500),
        },
        {
            trigger: ".vis-item:contains(Ben · In progress)",
        },
        {
            content: "Go on, to days that the month did not have",
            trigger: ".vis-panel.vis-center",
            run: "drag_and_drop .vis-panel.vis-left",
        },
        {
            trigger: ".vis-item:contains(Carla · In progress)",
        },
        {
            content: "Go back to today",
            trigger: ".oe_timeline_button_today",
            run: "click",
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
