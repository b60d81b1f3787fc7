// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {FormController} from "@web/views/form/form_controller";
import {ListController} from "@web/views/list/list_controller";
import {_t} from "@web/core/l10n/translation";
import {formView} from "@web/views/form/form_view";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";

/**
 * Asks before rules are saved that create, change or remove accesses.
 */
export class ExivoRuleFormController extends FormController {
    async onWillSaveRecord(record, changes) {
        const effect = record.data.exivo_rule_effect;
        if (effect && !(await this.confirmEffect(effect))) {
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

    confirmEffect(effect) {
        return new Promise((resolve) => {
            this.dialogService.add(
                ConfirmationDialog,
                {
                    title: _t("Change accesses?"),
                    body: effect,
                    confirmLabel: _t("Save"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Go back"),
                    cancel: () => resolve(false),
                },
                {onClose: () => resolve(false)}
            );
        });
    }
}

/**
 * Says what people lose where Odoo asks whether rules shall be archived or deleted.
 */
function tellLoss(Controller) {
    return class extends Controller {
        getStaticActionMenuItems() {
            const items = super.getStaticActionMenuItems();
            for (const item of [items.archive, items.delete]) {
                const ask = item.callback;
                item.callback = async () => {
                    await this.readLoss();
                    return ask();
                };
            }
            return items;
        }

        async readLoss() {
            const {root} = this.model;
            const ids = root.resId ? [root.resId] : await root.getResIds(true);
            this.loss = await this.orm.call("exivo.access.rule", "describe_loss", [ids]);
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
    Controller: tellLoss(ExivoRuleFormController),
});

registry.category("views").add("exivo_access_rule_list", {
    ...listView,
    Controller: tellLoss(ListController),
});
