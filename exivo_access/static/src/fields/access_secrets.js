// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

// Milliseconds in which a PIN can be read out and written down.
const LONG_ENOUGH = 60000;

/**
 * Lists have room for a word only.
 */
function isInForm(record) {
    return record.model.root === record;
}

let closeLast = () => {};

/**
 * Shows a secret for a while, in place of the one before.
 *
 * It goes with the next dialog or screen: there it may get a successor, or somebody else
 * may be next.
 */
function showSecret(env, secret, options = {}) {
    closeLast();
    closeLast = env.services.notification.add(secret, {
        autocloseDelay: LONG_ENOUGH,
        ...options,
    });
    env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", closeLast, {once: true});
}

/**
 * Shows the PIN of an access to somebody who has asked for it, which is recorded.
 */
export async function showPin(env, accessId) {
    const {pin, access} = await rpc(`/exivo/access/${accessId}/pin`);
    showSecret(env, pin, {title: _t("PIN of %(access)s", {access})});
}

/**
 * Shows the PIN of an access by a click.
 */
export class AccessPinField extends Component {
    static template = "exivo_access.AccessPinField";
    static props = {...standardFieldProps};

    get isInForm() {
        return isInForm(this.props.record);
    }

    async show() {
        const {resId, model} = this.props.record;
        await showPin(this.env, resId);
        if (model.root.resId === resId) {
            await model.root.load(); // The form says who has looked
        }
    }
}

registry.category("fields").add("exivo_pin", {
    component: AccessPinField,
    displayName: _t("PIN of an access"),
    supportedTypes: ["integer"],
    isEmpty: () => false,
});

/**
 * Copies or opens the link of an access, which no view holds.
 */
export class AccessLinkField extends Component {
    static template = "exivo_access.AccessLinkField";
    static props = {...standardFieldProps};

    setup() {
        this.notification = useService("notification");
    }

    get isInForm() {
        return isInForm(this.props.record);
    }

    ask() {
        return rpc(`/exivo/access/${this.props.record.resId}/link`);
    }

    async copy() {
        const link = await this.ask();
        try {
            await browser.navigator.clipboard.writeText(link);
            this.notification.add(_t("The link is copied."), {type: "success"});
        } catch {
            // Browsers copy over https only: so it can be copied by hand
            showSecret(this.env, link);
        }
    }

    async open() {
        browser.open(await this.ask(), "_blank", "noopener,noreferrer");
    }
}

registry.category("fields").add("exivo_link", {
    component: AccessLinkField,
    displayName: _t("Link of an access"),
    supportedTypes: ["char"],
});
