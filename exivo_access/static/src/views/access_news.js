// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, useEffect, useState, xml} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

// Milliseconds between looks; from then on it is the last one.
const DELAYS = [1000, 2000, 3000, 5000, 10000, 20000, 30000, 60000];
// As long as an access has one of these, news of it will come.
const COMING = {state: ["in_progress"], mail_state: ["waiting", "queued"]};

/**
 * Reads the form that it is in anew as soon as an access that it shows has arrived.
 *
 * It looks as the portal's page does: a message over the bus would cost every booking a
 * query, and would need a websocket. Not while somebody types: saving reads all anew.
 */
export class AccessNews extends Component {
    static template = xml`<t />`;
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.looks = useState({count: 0});
        useEffect(
            (count, coming) => {
                if (!coming) {
                    this.looks.count = 0;
                    return;
                }
                const delay = DELAYS[Math.min(count, DELAYS.length - 1)];
                const timer = browser.setTimeout(() => this.look(), delay);
                return () => browser.clearTimeout(timer);
            },
            () => [this.looks.count, this.coming.length]
        );
    }

    get accesses() {
        const {record} = this.props;
        if (record.resModel === "exivo.access") {
            return [record];
        }
        return record.data.exivo_access_ids.records;
    }

    get coming() {
        return this.accesses.filter(({data}) =>
            Object.keys(COMING).some((name) => COMING[name].includes(data[name]))
        );
    }

    async look() {
        const {record} = this.props;
        const coming = this.coming;
        const ids = coming.map((access) => access.resId);
        const names = Object.keys(COMING);
        // A look that fails is no error of whoever reads the form.
        const now = await this.orm.silent
            .read("exivo.access", ids, names)
            .catch(() => []);
        const hasArrived = now.some((values) => {
            const {data} = coming.find((access) => access.resId === values.id);
            return names.some(
                (name) => name in data && data[name] !== values[name]
            );
        });
        if (hasArrived && !(await record.isDirty())) {
            await record.load();
        }
        this.looks.count++;
    }
}

registry.category("view_widgets").add("exivo_access_news", {component: AccessNews});
