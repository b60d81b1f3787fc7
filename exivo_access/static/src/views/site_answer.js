// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {registry} from "@web/core/registry";

// Milliseconds in which somebody reads what is wrong and what to do, in a few lines.
const LONG_ENOUGH = 20000;

let closeLast = () => {};

/**
 * Says what a button of a site has done, in place of what the one before has said.
 */
function answer(env, {params: {message, type, next}}) {
    closeLast();
    const options = type === "success" ? {} : {autocloseDelay: LONG_ENOUGH};
    closeLast = env.services.notification.add(message, {type, ...options});
    return next;
}

registry.category("actions").add("exivo_site_answer", answer);
