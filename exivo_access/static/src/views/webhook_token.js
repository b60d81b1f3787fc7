// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * Makes a token for Exivo's webhook, and shows it this once.
 */
export class WebhookToken extends Component {
    static template = "exivo_access.WebhookToken";
    static props = {...standardWidgetProps};

    setup() {
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    ask() {
        this.dialog.add(ConfirmationDialog, {
            body: _t(
                "Exivo's webhook stops working until the new token is pasted there. " +
                    "Make a new one?"
            ),
            confirm: () => this.make(),
            cancel: () => {},
        });
    }

    async make() {
        const {record} = this.props;
        const token = await rpc(`/exivo/site/${record.resId}/webhook_token`);
        this.notification.add(
            _t(
                "Paste this in Exivo (API settings, API Events, Webhook Settings) as " +
                    "the authentication. It is not shown again: %(token)s",
                {token}
            ),
            {type: "warning", sticky: true}
        );
        await record.load();
    }
}

registry.category("view_widgets").add("exivo_webhook_token", {component: WebhookToken});
