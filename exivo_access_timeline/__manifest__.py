# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

{
    "name": "Exivo Access: Timeline",
    "summary": "Rooms and hours: whose access stands, and who has arrived",
    "version": "19.0.1.15.0",
    "category": "Services",
    "author": "exivo_access contributors",
    "license": "AGPL-3",
    "depends": ["exivo_access", "web_timeline"],
    "data": [
        "security/ir.model.access.csv",
        "security/exivo_access_timeline_rules.xml",
        "views/exivo_room_use_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["exivo_access_timeline/static/src/*"],
        "web.assets_tests": ["exivo_access_timeline/static/tests/tours/*.js"],
    },
    "auto_install": True,
}
