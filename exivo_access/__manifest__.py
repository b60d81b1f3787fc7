# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Exivo Access",
    "summary": "Who books a room gets a link and a PIN that open its doors",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "exivo_access contributors",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "calendar",
        "phone_validation",
        "portal",
        "resource",
        "resource_booking",
    ],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/exivo_access_groups.xml",
        "security/ir.model.access.csv",
        "security/exivo_access_rules.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "views/exivo_site_views.xml",
        "views/exivo_lock_views.xml",
        "views/exivo_access_rule_views.xml",
        "wizards/exivo_new_code_views.xml",
        "views/exivo_access_views.xml",
        "views/exivo_fixed_pin_views.xml",
        "views/calendar_event_views.xml",
        "views/res_partner_views.xml",
        "views/resource_booking_views.xml",
        "views/resource_resource_views.xml",
        "views/menus.xml",
        "views/portal_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": ["exivo_access/static/src/interactions/*.js"],
    },
    "demo": ["demo/booking_demo.xml"],
}
