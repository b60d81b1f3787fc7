// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {
    Component,
    markup,
    onMounted,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {normalize} from "@web/core/l10n/utils";
import {registry} from "@web/core/registry";
import {showPin} from "../fields/access_secrets";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

// Said over the bus when something has changed: see models/desk/front_desk.py.
const RELOAD = "exivo.now";
// Milliseconds in which several pieces of news make one look.
const SOON = 1000;
// Milliseconds after which it looks without news, too: time goes on, and not all is said.
const ONE_MINUTE = 60000;
// Milliseconds after which an answer does not come any more.
const TOO_LONG = 120000;
// Milliseconds after which it looks at the clock, whatever becomes of its question.
const GLANCE = 10000;
const ICONS = {
    success: "fa-check",
    info: "fa-clock-o",
    warning: "fa-exclamation-circle",
    danger: "fa-exclamation-triangle",
    muted: "fa-ban",
};
// What can be done with an access, in the order of the screen.
const ACTIONS = {
    explain: {icon: "fa-question-circle", label: _t("Explain")},
    pin: {icon: "fa-eye", label: _t("Show the PIN")},
    new_code: {icon: "fa-key", label: _t("New code")},
    open: {icon: "fa-unlock", label: _t("Open a door")},
    give_back: {icon: "fa-undo", label: _t("Give back")},
    retry: {icon: "fa-repeat", label: _t("Retry")},
};

/**
 * The front desk's screen: who is in which room now, who comes next, and what is amiss.
 */
export class ExivoNow extends Component {
    static template = "exivo_access.Now";
    static components = {ControlPanel};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.ui = useService("ui");
        this.root = useRef("root");
        this.searchInput = useRef("search");
        this.state = useState({now: null, isOld: false, search: "", unfolded: {}});
        this.icons = ICONS;
        this.news = () => this.lookSoon();
        onWillStart(async () => {
            this.state.now = await this.ask(this.orm);
        });
        onMounted(() => {
            this.bus.subscribe(RELOAD, this.news);
            this.bus.start();
            this.clock = browser.setInterval(() => this.look(), ONE_MINUTE);
            this.glances = browser.setInterval(() => this.tellAge(), GLANCE);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(RELOAD, this.news);
            browser.clearInterval(this.clock);
            browser.clearInterval(this.glances);
            browser.clearTimeout(this.soon);
        });
        useExternalListener(document, "visibilitychange", () => this.look());
        useExternalListener(window, "keydown", (ev) => this.onKeyAnywhere(ev));
    }

    // What is shown

    ask(orm) {
        return orm.call("exivo.access", "get_front_desk");
    }

    lookSoon() {
        this.soon ??= browser.setTimeout(() => {
            this.soon = undefined;
            this.look();
        }, SOON);
    }

    /**
     * Reads all anew. What fails is no error of whoever looks, but is said.
     *
     * There is one question at a time: a server that hangs is not asked ever more, and
     * an answer that comes late is shown.
     */
    async look() {
        if (document.hidden) {
            return;
        }
        if (this.question) {
            this.isAskedAgain = true;
            return;
        }
        this.isAskedAgain = false;
        this.askedAt = Date.now();
        this.question = this.ask(this.orm.silent);
        try {
            this.state.now = await this.question;
            this.state.isOld = false;
        } catch {
            this.state.isOld = true;
        }
        this.question = undefined;
        if (this.isAskedAgain) {
            this.look();
        }
    }

    /**
     * Says that what is shown is old where no answer comes, and gives that up.
     *
     * What was not asked for is not called old: nobody looks at a hidden tab.
     */
    tellAge() {
        const waited = this.question ? Date.now() - this.askedAt : 0;
        if (waited > ONE_MINUTE) {
            this.state.isOld = true;
        }
        if (waited > TOO_LONG) {
            this.question.abort();
        }
    }

    get help() {
        return markup(this.state.now.help);
    }

    /**
     * The rooms with what matches the search: all of a room, or whose it is.
     */
    get found() {
        const wanted = normalize(this.state.search.trim());
        const has = (...texts) =>
            texts.some((text) => normalize(text || "").includes(wanted));
        const isTheirs = ({who, reference, accesses}) =>
            has(who, reference, ...accesses.map((access) => access.holder));
        return this.state.now.rooms.flatMap((room) => {
            const isRoom = has(room.name);
            const stays = isRoom ? room.stays : room.stays.filter(isTheirs);
            return isRoom || stays.length ? [{...room, stays}] : [];
        });
    }

    get busyRooms() {
        return this.found.filter((room) => room.stays.length);
    }

    get idleRooms() {
        return this.found.filter((room) => !room.stays.length);
    }

    /**
     * What of a room is shown at once: what goes on, and what comes next.
     */
    getShown(room) {
        if (this.state.search.trim() || this.state.unfolded[room.id]) {
            return room.stays;
        }
        const next = room.stays.find((stay) => stay.phase === "next");
        return room.stays.filter((stay) => stay.phase !== "next" || stay === next);
    }

    getPhase(stay) {
        return {
            now: _t("Now"),
            leaving: _t("Just ended"),
            next: _t("Next"),
            over: _t("Over"),
        }[stay.phase];
    }

    getArrived(access) {
        return _t("Arrived %(time)s", {time: access.arrived});
    }

    getActions(access) {
        return Object.entries(ACTIONS)
            .filter(([name]) => access.actions.includes(name))
            .map(([name, action]) => ({name, ...action}));
    }

    get membersFailed() {
        return _t("Standing accesses that failed: %(count)s", {
            count: this.state.now.members_failed,
        });
    }

    get age() {
        const {as_of: time} = this.state.now;
        return this.state.isOld
            ? _t("This is how it was at %(time)s. It cannot be read anew.", {time})
            : _t("As of %(time)s. It follows by itself.", {time});
    }

    getMore(room) {
        const count = room.stays.length - this.getShown(room).length;
        return count && _t("%(count)s more today", {count});
    }

    // What can be done

    do(action, context) {
        return this.action.doAction(action, {
            additionalContext: context,
            onClose: () => this.look(),
        });
    }

    async call(method, accessId) {
        const answer = await this.orm.call("exivo.access", method, [[accessId]]);
        await this.action.doAction(answer);
        await this.look();
    }

    run(name, {id}) {
        const isIt = {default_access_id: id};
        const selected = {active_model: "exivo.access", active_id: id, active_ids: [id]};
        return {
            explain: () => this.do("exivo_access.exivo_explanation_action", isIt),
            pin: () => showPin(this.env, id),
            new_code: () => this.do("exivo_access.exivo_new_code_action", selected),
            open: () => this.do("exivo_access.exivo_open_door_action", isIt),
            give_back: () => this.call("action_give_back", id),
            retry: () => this.call("action_retry", id),
        }[name]();
    }

    explainBooking(stay) {
        const context = {default_booking_id: stay.booking_id};
        return this.do("exivo_access.exivo_explanation_action", context);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openAccesses(context) {
        const action = await this.action.loadAction("exivo_access.exivo_access_action");
        // In place of its own context, which would bring the filters of today along.
        return this.action.doAction({...action, context});
    }

    // Without a mouse

    onKeyAnywhere(ev) {
        const isFree = this.ui.activeElement === document;
        const isTyped = ev.target.closest?.("input, textarea, [contenteditable=true]");
        if (ev.key === "/" && isFree && !isTyped) {
            ev.preventDefault();
            this.searchInput.el.focus();
        }
    }

    onKeyInSearch(ev) {
        if (ev.key === "Escape") {
            this.state.search = "";
        } else if (ev.key === "ArrowDown" || ev.key === "Enter") {
            ev.preventDefault();
            this.root.el.querySelector(".o_exivo_now_line button")?.focus();
        }
    }

    /**
     * Up and down go from line to line, left and right from button to button.
     */
    onKeyInRooms(ev) {
        const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[ev.key];
        const line = ev.target.closest(".o_exivo_now_line");
        if (!step || !line) {
            return;
        }
        ev.preventDefault();
        const isAside = ["ArrowLeft", "ArrowRight"].includes(ev.key);
        const around = isAside
            ? [...line.querySelectorAll("button")]
            : [...this.root.el.querySelectorAll(".o_exivo_now_line:has(button)")];
        const next = around[around.indexOf(isAside ? ev.target : line) + step];
        (isAside ? next : next?.querySelector("button"))?.focus();
    }
}

registry.category("actions").add("exivo_now", ExivoNow);
