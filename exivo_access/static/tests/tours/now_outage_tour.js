// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";

const AGE = ".o_exivo_now_age";
const real = {
    ask: rpc._rpc,
    now: Date.now,
    setInterval: browser.setInterval,
};
const ticks = [];
let minutes = 0;
const questions = [];
let isDown = false;

/**
 * Lets the tour say when time goes by, and whether the server answers.
 */
function takeOver() {
    Date.now = () => real.now() + minutes * 60000;
    browser.setInterval = (tick, delay) => {
        ticks.push(tick);
        return real.setInterval(tick, delay);
    };
    rpc._rpc = (url, params, settings) => {
        const answer = () => real.ask(url, params, settings);
        if (params.method !== "get_front_desk" || !isDown) {
            return answer();
        }
        const question = Promise.withResolvers();
        questions.push({...question, answer});
        return Object.assign(question.promise, {abort: () => question.reject("gone")});
    };
}

function giveBack() {
    Date.now = real.now;
    browser.setInterval = real.setInterval;
    rpc._rpc = real.ask;
    delete document.hidden;
}

function pass(count) {
    minutes += count;
    ticks.forEach((tick) => tick());
}

function hide(isHidden) {
    Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}

function check(isSo, what) {
    if (!isSo) {
        throw new Error(what);
    }
}

registry.category("web_tour.tours").add("exivo_now_outage", {
    steps: () => [
        {
            trigger: ".o_navbar_apps_menu button",
            run: takeOver,
        },
        {
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Exivo)",
            run: "click",
        },
        {
            content: "The server hangs, and is asked once, however much time goes by",
            trigger: `${AGE}:contains(follows by itself):not(:has([role=status] p))`,
            run() {
                isDown = true;
                pass(1);
                pass(0.5);
                check(questions.length === 1, "It is asked once");
            },
        },
        {
            content: "It is not old yet",
            trigger: `${AGE}:contains(follows by itself)`,
            run: () => pass(1),
        },
        {
            content: "Nothing was answered for more than two minutes",
            trigger: `${AGE} [role=status]:contains(cannot be read anew)`,
            async run() {
                const [question] = questions;
                question.resolve(await question.answer());
            },
        },
        {
            content: "An answer that comes late is shown, and what was missed asked for",
            trigger: `${AGE}:contains(follows by itself)`,
            run() {
                check(questions.length === 2, "It is asked once more");
                pass(3);
            },
        },
        {
            content: "What is not answered for long is given up, and asked anew",
            trigger: `${AGE} [role=status]:contains(cannot be read anew)`,
            run() {
                check(questions.length === 3, "It is asked anew");
                isDown = false;
                pass(3);
            },
        },
        {
            content: "Nobody looks for long, and whoever comes back is not told that it is old",
            trigger: `${AGE}:contains(follows by itself)`,
            async run() {
                isDown = true;
                hide(true);
                pass(5);
                hide(false);
                pass(0);
                await new Promise((resolve) =>
                    requestAnimationFrame(() => requestAnimationFrame(resolve))
                );
                check(questions.length === 4, "It is asked at once");
                check(!document.querySelector(`${AGE} [role=status] p`), "It is not old");
                questions[3].resolve(await questions[3].answer());
            },
        },
        {
            trigger: `${AGE}:contains(follows by itself)`,
            run: giveBack,
        },
    ],
});
