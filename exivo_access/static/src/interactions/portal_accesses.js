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
        // Whoever comes back to a page with a PIN is not asked to send its form again.
        if (window.location.pathname.endsWith("/pin")) {
            window.history.replaceState(
                window.history.state,
                "",
                this.el.dataset.address
            );
        }
        // Whoever comes back to the page reads what is so by now.
        this.addListener(document, "visibilitychange", () => {
            if (!document.hidden) {
                this.lookLater(0);
            }
        });
        this.lookLater(0);
    }

    lookLater(turn) {
        clearTimeout(this.timer);
        const pending = this.el.querySelector("[data-state=in_progress]");
        if (pending && turn < DELAYS.length) {
            this.timer = this.waitForTimeout(() => this.look(turn), DELAYS[turn]);
        }
    }

    async look(turn) {
        const fresh = await this.waitFor(this.ask());
        if (fresh) {
            this.show(fresh);
        }
        this.lookLater(turn + 1);
    }

    async ask() {
        try {
            // Not the address of the window: a page with a PIN is the answer to a POST.
            const response = await fetch(this.el.dataset.address);
            const text = await response.text();
            const page = new DOMParser().parseFromString(text, "text/html");
            return page.querySelector(PortalAccesses.selector);
        } catch {
            return null; // a phone has no network in a lift: the next look may have
        }
    }

    show(fresh) {
        // A PIN that somebody has asked for stays in sight.
        for (const code of this.el.querySelectorAll(".o_exivo_code:has(.o_exivo_pin)")) {
            const card = code.closest(".o_exivo_access");
            const freshCode = fresh.querySelector(`#${card.id} .o_exivo_code`);
            freshCode?.replaceWith(code.cloneNode(true));
        }
        // What is the same stays: replacing it would be read out, and lose the focus.
        if (says(fresh) !== says(this.el)) {
            this.el.replaceChildren(...fresh.childNodes);
        }
    }
}

/**
 * All that is said to people: texts and links, but no tokens.
 */
function says(element) {
    const links = [...element.querySelectorAll("a")].map((a) => a.getAttribute("href"));
    return [element.textContent, ...links].join("\n");
}

registry
    .category("public.interactions")
    .add("exivo_access.portal_accesses", PortalAccesses);
