// Copyright 2026 exivo_access contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {FormController} from "@web/views/form/form_controller";
import {_t} from "@web/core/l10n/translation";
import {formView} from "@web/views/form/form_view";
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
                    title: _t("Change the accesses of bookings?"),
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

registry.category("views").add("exivo_rule_form", {
    ...formView,
    Controller: ExivoRuleFormController,
});
