# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Exivo Access: Paid Rooms",
    "summary": "Doors open to whoever has paid for the room",
    "version": "19.0.1.15.0",
    "category": "Services",
    "author": "exivo_access contributors",
    "license": "AGPL-3",
    "depends": ["exivo_access", "sale_resource_booking"],
    "data": [
        "views/exivo_access_rule_views.xml",
        "views/resource_booking_type_views.xml",
        "views/sale_order_templates.xml",
    ],
    "assets": {
        "web.assets_tests": ["exivo_access_sale/static/tests/tours/*.js"],
    },
    "auto_install": True,
    "post_init_hook": "install",
    "uninstall_hook": "uninstall",
}
