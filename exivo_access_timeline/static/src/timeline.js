// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";
import {registry} from "@web/core/registry";

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
    async split_groups(records) {
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
    Renderer: ExivoTimelineRenderer,
});
