// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {CalendarCommonRenderer} from "@web/views/calendar/calendar_common/calendar_common_renderer";
import {CalendarModel} from "@web/views/calendar/calendar_model";
import {CalendarRenderer} from "@web/views/calendar/calendar_renderer";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {calendarView} from "@web/views/calendar/calendar_view";
import {registry} from "@web/core/registry";
import {useEffect} from "@odoo/owl";

/**
 * Shows the days that somebody looks at, although lists open on today.
 */
export class ExivoAccessCalendarModel extends CalendarModel {
    async load(params = {}) {
        if (params.domain && this.env.searchModel) {
            params = {...params, domain: this.getDomainOfAllDays()};
        }
        return super.load(params);
    }

    getDomainOfAllDays() {
        const {searchModel} = this.env;
        const {query, searchItems} = searchModel;
        searchModel.query = query.filter(
            ({searchItemId}) => searchItems[searchItemId].name !== "today"
        );
        const domain = searchModel._getDomain();
        searchModel.query = query;
        return domain;
    }

    /**
     * How many bookings begin on each day that is shown.
     */
    countBookings() {
        const references = {};
        for (const {rawRecord} of Object.values(this.records)) {
            if (rawRecord.booking_start && rawRecord.is_wanted) {
                const day = deserializeDateTime(rawRecord.booking_start).toISODate();
                references[day] = references[day] || new Set();
                references[day].add(rawRecord.reference);
            }
        }
        return Object.fromEntries(
            Object.entries(references).map(([day, found]) => [day, found.size])
        );
    }
}

/**
 * Writes into each day of a month how many bookings it has.
 */
export class ExivoAccessCalendarCommonRenderer extends CalendarCommonRenderer {
    setup() {
        super.setup();
        useEffect(() => this.writeCounts());
    }

    writeCounts() {
        const {model} = this.props;
        const counts = model.scale === "month" ? model.countBookings() : {};
        const most = Math.max(...Object.values(counts));
        for (const cell of this.fc.el.querySelectorAll(".fc-daygrid-day")) {
            const count = counts[cell.dataset.date];
            if (count) {
                cell.dataset.exivoBookings = count;
                cell.style.setProperty("--o-exivo-full", count / most);
                cell.title = _t("Bookings: %s", count);
            } else {
                delete cell.dataset.exivoBookings;
                cell.removeAttribute("title");
            }
        }
    }
}

export class ExivoAccessCalendarRenderer extends CalendarRenderer {
    static components = {
        ...CalendarRenderer.components,
        day: ExivoAccessCalendarCommonRenderer,
        week: ExivoAccessCalendarCommonRenderer,
        month: ExivoAccessCalendarCommonRenderer,
    };
}

registry.category("views").add("exivo_access_calendar", {
    ...calendarView,
    Model: ExivoAccessCalendarModel,
    Renderer: ExivoAccessCalendarRenderer,
});
