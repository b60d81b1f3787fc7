// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

// Milliseconds between looks; the last one is where we stop bothering the server.
const DELAYS = [1000, 2000, 3000, 5000, 10000, 20000, 30000, 60000];

/**
 * Shows an access on a page that is open as soon as it has arrived.
 */
export class PortalAccesses extends Interaction {
    static selector = "#exivo_accesses";

    start() {
        this.lookLater(0);
    }

    lookLater(turn) {
        const pending = this.el.querySelector("[data-state=in_progress]");
        if (pending && turn < DELAYS.length) {
            this.waitForTimeout(() => this.look(turn), DELAYS[turn]);
        }
    }

    async look(turn) {
        const response = await this.waitFor(fetch(window.location.href));
        const text = await this.waitFor(response.text());
        const page = new DOMParser().parseFromString(text, "text/html");
        const fresh = page.querySelector(PortalAccesses.selector);
        if (fresh) {
            this.el.replaceChildren(...fresh.childNodes);
        }
        this.lookLater(turn + 1);
    }
}

registry
    .category("public.interactions")
    .add("exivo_access.portal_accesses", PortalAccesses);
