// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {FormController} from "@web/views/form/form_controller";
import {ListController} from "@web/views/list/list_controller";
import {_t} from "@web/core/l10n/translation";
import {formView} from "@web/views/form/form_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

function confirmEffect(dialogService, effect, confirmLabel = _t("Save")) {
    return new Promise((resolve) => {
        dialogService.add(
            ConfirmationDialog,
            {
                title: _t("Change accesses?"),
                body: effect,
                confirmLabel,
                confirm: () => resolve(true),
                cancelLabel: _t("Go back"),
                cancel: () => resolve(false),
            },
            {onClose: () => resolve(false)}
        );
    });
}

/**
 * Asks before rules are saved that create, change or remove accesses.
 */
export class ExivoRuleFormController extends FormController {
    async onWillSaveRecord(record, changes) {
        const effect = record.data.exivo_rule_effect;
        if (effect && !(await confirmEffect(this.dialogService, effect))) {
            return false;
        }
        return super.onWillSaveRecord(record, changes);
    }

    /**
     * A page that is closed is saved without a question: here the browser asks.
     */
    async beforeUnload(ev) {
        if (!this.model.root.data.exivo_rule_effect) {
            return super.beforeUnload(ev);
        }
        ev.preventDefault();
        ev.returnValue = "Unsaved changes";
    }
}

/**
 * Says what people lose where Odoo asks whether rules shall be archived or deleted, and
 * what they get before archived ones are in force again.
 */
function tellEffect(Controller) {
    return class extends Controller {
        getStaticActionMenuItems() {
            const items = super.getStaticActionMenuItems();
            for (const item of [items.archive, items.delete]) {
                const ask = item.callback;
                item.callback = async () => {
                    this.loss = await this.describe("describe_loss");
                    return ask();
                };
            }
            const unarchive = items.unarchive.callback;
            items.unarchive.callback = async () => {
                const gain = await this.describe("describe_gain");
                const ask = () =>
                    confirmEffect(this.dialogService, gain, _t("Unarchive"));
                if (!gain || (await ask())) {
                    return unarchive();
                }
            };
            return items;
        }

        async describe(method) {
            const {root} = this.model;
            const ids = root.resId ? [root.resId] : await root.getResIds(true);
            return this.orm.call("exivo.access.rule", method, [ids]);
        }

        get archiveDialogProps() {
            return this.withLoss(super.archiveDialogProps);
        }

        get deleteConfirmationDialogProps() {
            return this.withLoss(super.deleteConfirmationDialogProps);
        }

        withLoss(props) {
            const title = _t("Change accesses?");
            return this.loss ? {...props, title, body: this.loss} : props;
        }
    };
}

registry.category("views").add("exivo_rule_form", {
    ...formView,
    Controller: ExivoRuleFormController,
});

registry.category("views").add("exivo_access_rule_form", {
    ...formView,
    Controller: tellEffect(ExivoRuleFormController),
});

registry.category("views").add("exivo_access_rule_list", {
    ...listView,
    Controller: tellEffect(ListController),
});
