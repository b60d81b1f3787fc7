// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {Domain} from "@web/core/domain";
import {KeepLast} from "@web/core/utils/concurrency";
import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";
import {registry} from "@web/core/registry";
import {status} from "@odoo/owl";

const {DateTime} = luxon;

/**
 * Loads the days that are shown, whichever these are: no room is to look free because
 * nobody asked for its bookings.
 */
export class ExivoTimelineModel extends TimelineModel {
    // Drawing twice as many at once takes the browser four times as long: seconds
    static mostRows = 500;

    setup(params) {
        super.setup(params);
        const now = DateTime.now();
        this.ask(now.startOf("day"), now.endOf("day"));
    }

    ask(start, end) {
        // With what is beside them, so that not each step has to wait
        this.asked = [start.minus({days: 1}), end.plus({days: 1})];
    }

    /**
     * Loads the days that were asked for, or as many of them as there are rows for.
     */
    async load(searchParams) {
        this.searchParams = searchParams;
        this.days = this.asked;
        const [more] = await this.keepLast.add(
            this.orm.searchRead(this.model_name, this.getDomain(), [this.date_start], {
                order: this.date_start,
                offset: this.constructor.mostRows,
                limit: 1,
            })
        );
        if (more) {
            this.days = [this.asked[0], deserializeDateTime(more[this.date_start])];
        }
        await super.load({...searchParams, domain: this.getDomain()});
        this.loaded = this.days;
    }

    getDomain() {
        const [first, last] = this.days.map(serializeDateTime);
        return Domain.and([
            this.searchParams.domain,
            [
                [this.date_start, "<", last],
                [this.date_stop, ">", first],
            ],
        ]).toList();
    }

    /**
     * Loads what is shown, if it is not there.
     *
     * @param {DateTime} start
     * @param {DateTime} end
     * @returns {Boolean} Whether it had to.
     */
    async show(start, end) {
        const [first, last] = this.days;
        if (start >= first && end <= last) {
            return false;
        }
        this.ask(start, end);
        await this.load(this.searchParams);
        return true;
    }
}

/**
 * Opens the access itself: a row of the timeline is no record that anybody could edit.
 */
export class ExivoTimelineController extends TimelineController {
    openItem(id) {
        const use = this.model.data.find((one) => one.id === id);
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "exivo.access",
            res_id: use.access_id[0],
            views: [[false, "form"]],
        });
    }
}

/**
 * Has a row for each room with doors, booked or not, and none for what has no room.
 */
export class ExivoTimelineRenderer extends TimelineRenderer {
    setup() {
        super.setup();
        this.keepLast = new KeepLast();
    }

    init_timeline() {
        super.init_timeline();
        this.timeline.on("rangechanged", this.onRangeChanged.bind(this));
    }

    async onRangeChanged(shown) {
        const days = [shown.start, shown.end].map((date) => DateTime.fromJSDate(date));
        // It is told a moment later, when the view may have been left
        if (status(this) === "mounted" && (await this.model.show(...days))) {
            this.on_data_loaded(this.model.data);
        }
    }

    /**
     * Hatches the days that are not loaded, or not yet.
     */
    async on_data_loaded(records, adjust_window) {
        const [first, last] = this.model.loaded.map((moment) => moment.toJSDate());
        await super.on_data_loaded(records, adjust_window);
        const others = {before: [new Date(0), first], after: [last, new Date(8e15)]};
        this.timeline.itemsData.add(
            Object.entries(others).map(([id, [start, end]]) => ({
                id,
                start,
                end,
                type: "background",
                className: "exivo_not_loaded",
            }))
        );
    }

    split_groups(records) {
        // An answer that is late must not hide a newer one
        return this.keepLast.add(this.getRows(records));
    }

    async getRows(records) {
        const groups = (await super.split_groups(records)).filter(({id}) => id !== -1);
        if (this.model.last_group_bys[0] !== "room_id") {
            return groups;
        }
        const rooms = await this.orm.searchRead(
            "resource.resource",
            [["exivo_rule_ids", "!=", false]],
            ["display_name"]
        );
        const booked = new Set(groups.map(({id}) => id));
        const others = rooms.filter(({id}) => !booked.has(id));
        return [
            ...groups,
            ...others.map(({id, display_name: content}) => ({id, content, order: id})),
        ].map((group) => ({...group, order: group.content}));
    }
}

registry.category("views").add("exivo_timeline", {
    ...TimelineView,
    Controller: ExivoTimelineController,
    Model: ExivoTimelineModel,
    Renderer: ExivoTimelineRenderer,
});
