# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Exivo Access: Rooms in the Web Shop",
    "summary": "Who buys a room in the shop finds the way to its doors",
    "version": "19.0.1.15.0",
    "category": "Services",
    "author": "exivo_access contributors",
    "license": "AGPL-3",
    "depends": ["exivo_access_sale", "website_sale_resource_booking"],
    "data": ["views/website_sale_templates.xml"],
    "auto_install": True,
    "post_init_hook": "plan_anew",
    "uninstall_hook": "plan_anew",
}
