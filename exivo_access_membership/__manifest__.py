# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Exivo Access: Paid Memberships",
    "summary": "Communities whose members are those with a paid membership",
    "version": "19.0.1.15.0",
    "category": "Services",
    "author": "exivo_access contributors",
    "license": "AGPL-3",
    "depends": ["exivo_access", "membership", "account_payment"],
    "data": [
        "security/ir.model.access.csv",
        "security/exivo_access_membership_rules.xml",
        "security/product_access.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "views/exivo_paid_member_views.xml",
        "views/res_partner_category_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["exivo_access_membership/static/tests/tours/*.js"],
    },
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
