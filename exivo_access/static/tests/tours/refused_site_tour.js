// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("exivo_refused_site", {
    steps: () => [
        {
            content: "A banner above the accesses names the site",
            trigger: ".o_list_view .alert-danger:contains(credentials of Riverside House)",
        },
        {
            content: "Show those of other days, too",
            trigger: ".o_searchview_facet:contains(Today) .o_facet_remove",
            run: "click",
        },
        {
            content: "Open an access",
            trigger: ".o_data_row:contains(Anna Muster) td[name=partner_id]",
            run: "click",
        },
        {
            content: "It says what it waits for",
            trigger:
                ".o_form_view .alert-danger:contains(refuses the credentials) " +
                "button[name=action_open_site]",
            run: "click",
        },
        {
            content: "The site says it, too",
            trigger:
                ".o_form_view .alert-danger:contains(API secret):contains(asks again by itself)",
        },
    ],
});
