// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {Component, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

// As the server and the filters of the reports name them.
const PERIODS = [
    ["week", _t("This week")],
    ["month", _t("This month")],
    ["last_30", _t("Last 30 days")],
];

// Chosen last: whoever goes back from a report, be it by the browser, finds it again.
let chosenPeriod = PERIODS[0][0];

/**
 * Shows figures of the house at a glance; each of them opens its report.
 *
 * They are tables with bars rather than drawings, so that a screen reader reads them.
 */
export class Figures extends Component {
    static template = "exivo_access.Figures";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.periods = PERIODS;
        this.state = useState({
            period: chosenPeriod,
            figures: {tiles: [], week: {hours: [], days: []}},
        });
        onWillStart(() => this.load(this.state.period));
    }

    /**
     * Shows another period, once its figures are there.
     */
    async load(period) {
        chosenPeriod = period;
        const figures = await this.orm.call("exivo.room.report", "get_figures", [
            period,
        ]);
        // Somebody may have chosen another period meanwhile.
        if (period === chosenPeriod) {
            Object.assign(this.state, {period, figures});
        }
    }

    async open({action, context}) {
        const report = await this.action.loadAction(action);
        // In place of its own context, which would bring another period along.
        report.context = {...context, [`search_default_${this.state.period}`]: 1};
        return this.action.doAction(report);
    }

    /**
     * All rooms together: how full they are at which hours.
     */
    openWeek() {
        return this.open({
            action: "exivo_access.exivo_room_report_action",
            context: {
                pivot_measures: ["fullness"],
                pivot_row_groupby: ["weekday"],
                pivot_column_groupby: ["hour"],
                graph_measure: "fullness",
                graph_groupbys: ["weekday", "hour"],
            },
        });
    }
}

registry.category("actions").add("exivo_figures", Figures);
