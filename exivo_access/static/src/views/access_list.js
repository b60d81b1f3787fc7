// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {ListController} from "@web/views/list/list_controller";
import {_t} from "@web/core/l10n/translation";
import {listView} from "@web/views/list/list_view";
import {onWillStart} from "@odoo/owl";
import {registry} from "@web/core/registry";

/**
 * Says above the accesses which sites are refused, and with them all that is ordered.
 */
export class ExivoAccessListController extends ListController {
    static template = "exivo_access.AccessListView";

    setup() {
        super.setup();
        onWillStart(async () => {
            this.refusedSites = await this.orm.searchRead(
                "exivo.site",
                [["state", "=", "refused"]],
                ["name"]
            );
        });
    }

    get refusal() {
        return _t(
            "Exivo refuses the credentials of %(sites)s. Nothing is made, changed or " +
                "removed there. Odoo asks again by itself; the site says when.",
            {sites: this.refusedSites.map((site) => site.name).join(", ")}
        );
    }
}

registry.category("views").add("exivo_access_list", {
    ...listView,
    Controller: ExivoAccessListController,
});
