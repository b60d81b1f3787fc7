# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev upgrades`: databases of earlier versions are updated to this one.

Needs the checkout's history. Each version is installed as it was, gets a site, rules,
a booking, a visit and a mail that somebody has changed, and is updated. Then every row
is looked for, and whether the access still works. All that once more beside the shop,
with whatever add-ons a version has, a rule that waits for payments and a paid member.
"""

import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from ..machine.databases import PLAIN, SHOP, Databases
from ..machine.odoo import TO_ITS_END, Odoo
from ..machine.paths import ADDON, ADDONS, ROOT
from ..machine.postgres import postgres
from ..machine.report import Stop, say, step

#: The last commit of each version that somebody may have installed.
VERSIONS = {
    "19.0.1.0.0": "4006339",
    "19.0.1.1.0": "c99450e",
    "19.0.1.2.0": "4cb41f3",
    "19.0.1.3.0": "60939ca",
    "19.0.1.4.0": "0099aac",
    "19.0.1.5.0": "bba0196",
    "19.0.1.6.0": "55a9dd4",
    "19.0.1.7.0": "a965da9",
    "19.0.1.8.0": "7d67ac9",
    "19.0.1.9.0": "13dee90",
    "19.0.1.10.0": "988d432",
    "19.0.1.11.0": "935c2c7",
    "19.0.1.12.0": "91d2bef7",
    "19.0.1.13.0": "c141207d",
    "19.0.1.14.0": "82d2c45d",
}

FILL = b"""
from datetime import timedelta
from odoo import fields
try:
    from odoo.addons.exivo_access.tools.envelope import wrap
except ImportError:  # before 19.0.1.4.0
    wrap = str
site = env["exivo.site"].create({
    "name": "Riverside House", "remote_id": "11111111-1111-4111-8111-111111111111",
    "api_key": "key", "api_secret": "secret", "api_url": "https://exivo.example.com",
})
lock = env["exivo.lock"].create(
    {"name": "Entrance", "site_id": site.id, "remote_id": "entrance"}
)
room = env.ref("exivo_access.demo_room")
env["exivo.access.rule"].create({"resource_id": room.id, "lock_ids": lock.ids})
start = fields.Datetime.now().replace(minute=0, second=0) + timedelta(days=3)
booking = env["resource.booking"].create({
    "type_id": env.ref("exivo_access.demo_booking_type").id,
    "partner_ids": env.ref("base.partner_demo_portal").ids,
    "start": start, "combination_auto_assign": True,
})
booking.action_confirm()
env.cr.commit()
access = env["exivo.access"].search([("booking_id", "=", booking.id)])
access.write({"pin": wrap("048213"), "state": "created", "due_at": False})
access.told_credential_id = env["exivo.credential"].create({
    "access_id": access.id, "site_id": site.id, "start": access.start,
    "stop": access.stop, "lock_ids": access.lock_ids.ids, "pin": wrap("048213"),
    "state": "live", "remote_id": "visit-1", "link": wrap("https://exivo.example.com/v/1"),
})
if hasattr(access, "_get_booking_facts"):
    access.told_booking = access._get_booking_facts()
if "category_id" in env["exivo.access.rule"]._fields:
    community = env["res.partner.category"].create({"name": "Members"})
    env.ref("base.partner_demo_portal").category_id = community
    env["exivo.access.rule"].create(
        {"category_id": community.id, "lock_ids": lock.ids}
    )
if "exivo.fixed.pin" in env:
    regular = env["res.partner"].create({"name": "Regular"})
    env["exivo.fixed.pin"].create({"partner_id": regular.id, "pin": "730264"})
    neighbours = env["res.company"].create({"name": "Neighbours"})
    env["exivo.site"].create({
        "name": "Neighbours", "remote_id": "22222222-2222-4222-8222-222222222222",
        "api_key": "key", "api_secret": "secret", "company_id": neighbours.id,
    })
    if "company_id" in env["exivo.fixed.pin"]._fields:
        env["exivo.fixed.pin"].create({
            "partner_id": regular.id, "pin": "730264", "company_id": neighbours.id,
        })
if "ask_at" in env["exivo.credential"]._fields:  # it is asked for before it begins
    access.told_credential_id.ask_at = access.start - timedelta(minutes=75)
    access.due_at = access.told_credential_id.ask_at
action = env.ref("exivo_access.ir_cron_clear", False)  # since 19.0.1.2.0
action = action or env.ref("exivo_access.ir_cron_plan_all")
action.write({"interval_number": 3, "active": False})
german = env.ref("exivo_access.mail_template_confirmation").with_context(lang="de_DE")
wanted = "stands" if "stands" in access._fields else "is_wanted"  # before 19.0.1.5.0
german.body_html = f'<p><t t-if="object.{wanted}">Herein!</t></p>'
env["ir.filters"].create({
    "name": "Theirs", "model_id": "exivo.access", "user_ids": [],
    "domain": f"[('{wanted}', '=', True)]", "sort": f'["{wanted} desc"]',
    "context": f"{{'group_by': ['{wanted}']}}",
})
page = env.ref("exivo_access.portal_my_doors", False)  # since 19.0.1.1.0
if page:  # somebody has edited it in the website builder
    mine = page.arch_db.replace("<section", "<p>Welcome</p><section", 1)
    page.copy({"key": page.key, "arch_db": mine})
env.cr.commit()
"""

#: Goes on from that beside the shop.
FILL_SHOP = b"""
if "payment" in env["exivo.access.rule"]._fields:  # since 19.0.1.5.0
    env["exivo.access.rule"].search([("resource_id", "=", room.id)]).payment = "paid"
if "exivo.paid.member" in env:  # since 19.0.1.6.0
    payers = env["res.partner.category"].create({"name": "Payers"})
    payers.exivo_by_membership = True
    today = fields.Date.today()
    span = {"date_from": today, "date_to": today + timedelta(days=90)}
    year = env["product.product"].create({
        "name": "A year", "type": "service", "membership": True,
        **{f"membership_{name}": day for name, day in span.items()},
    })
    env["membership.membership_line"].create({
        "partner_id": env.ref("base.partner_demo").id, "membership_id": year.id,
        "date": today, "member_price": 100, "state": "paid", **span,
    })
env.cr.commit()
"""

LOOK = b"""
import json
from odoo.tools.misc import file_path
access = env["exivo.access"].search([("state", "=", "created")])
access._update_state()
env["exivo.planner"]._cron_plan_all()
for model in sorted(name for name in env if name.startswith("exivo.")):
    if not env[model]._abstract:
        env[model].get_views([(False, "form"), (False, "list")])
credential = access.credential_ids
fixed = env["exivo.fixed.pin"].search([])
assert not fixed or len(fixed) == 2 and len(fixed.company_id) == 2, fixed
from odoo.addons.exivo_access.models.pins.handover import get_link
from odoo.addons.exivo_access.tools.secret_char import open_secret
assert {open_secret(one, "pin_stored") for one in fixed} <= {"730264"}
templates = env["mail.template"].search([("model", "=", "exivo.access")])
changed = templates.filtered(lambda one: one.exivo_origin != "shipped")
assert all(file_path(one.template_fs) for one in templates)
german = (templates - changed).with_context(lang="de_DE")
theirs = env["ir.filters"].search([("name", "=", "Theirs")])
ours = env["ir.model.data"].search(
    [("module", "=", "exivo_access"), ("model", "=", "ir.cron")]
)
actions = {one.name: env["ir.cron"].browse(one.res_id) for one in ours}
pages = env["ir.ui.view"].search([("key", "=like", "exivo_access.portal%")])
calls = ("exivo_desk", "exivo_period", "exivo_book_url")  # of 19.0.1.5.0
print("FOUND " + json.dumps({
    "fixed_pins_of": env.ref("exivo_access.rule_exivo_fixed_pin_company").domain_force,
    "broken_pages": [one.key for one in pages if any(
        call in one.arch_db for call in calls)],
    "changed_mail": changed.with_context(lang="de_DE")._render_field(
        "body_html", access.ids, compute_lang=False)[access.id],
    "filter": [theirs.domain, theirs.sort, theirs.context],
    "broken_actions": [name for name, one in actions.items() if not (one.exists() and
        hasattr(env[one.model_name], one.code.removeprefix("model.").split("(")[0]))],
    "their_actions": [one.interval_number for one in actions.values()
        if one.interval_number == 3 and not one.active],
    "senders": sorted(set(templates.mapped("email_from"))),
    "in_german": all("Guten Tag" in one.body_html for one in german),
    "accesses": len(access), "state": access.state, "link": get_link(access),
    "pin": open_secret(access, "pin"), "is_due": bool(access.due_at),
    "told": access.told_booking == access._get_booking_facts(),
    "credentials": credential.mapped("state"), "pin_of": open_secret(credential, "pin"),
}))
"""

#: Comes before that beside the shop: what became of a version's other add-ons.
LOOK_SHOP = b"""
import json
paid = env["exivo.access.rule"].search([("payment", "=", "paid")])
mail = env.ref("exivo_access_membership.mail_template_end")
payers = env["exivo.paid.member"].search([])
assert payers.category_id.name in (False, "Payers"), payers
assert payers.partner_id <= payers.category_id.partner_ids, payers
german = mail.with_context(lang="de_DE")
print("BESIDE " + json.dumps({
    "addons": env["ir.module.module"].search_count(
        [("name", "=like", "exivo_access%"), ("state", "=", "installed")]),
    "paid_rules": len(paid), "payers": len(payers), "mail": mail.exivo_origin,
    "in_german": "Guten Tag" in german.body_html,
}))
"""

EXPECTED = {
    # somebody has changed one mail; the others are as this version ships them
    "changed_mail": "<p>Herein!</p>",
    "fixed_pins_of": "[('company_id', 'in', company_ids + [False])]",
    "broken_pages": [],
    "filter": [
        "[('is_wanted', '=', True)]",
        '["is_wanted desc"]',
        "{'group_by': ['is_wanted']}",
    ],
    "broken_actions": [],
    "their_actions": [3],
    "senders": ["{{ object._get_sender() }}"],
    "in_german": True,
    "accesses": 1,
    "state": "created",
    "link": "https://exivo.example.com/v/1",
    "pin": "048213",
    "is_due": True,  # it is asked for before it begins
    "told": True,
    "credentials": ["live"],
    "pin_of": "048213",
}


def upgrades(source, python):
    """Update a database of each earlier version, and check what became of it.

    :return: 0
    :raise Stop: something was lost, or Odoo logged what it should not.
    """
    with postgres() as server:
        odoo = Odoo(source, python, server)
        for setting in (PLAIN, SHOP):
            for version, commit in VERSIONS.items():
                about = f"From {version}, {setting.name}"
                with step(about), tempfile.TemporaryDirectory() as folder:
                    _upgrade(odoo, setting, commit, Path(folder))
    say("Everything was still there.")
    return 0


def _upgrade(odoo, setting, commit, folder):
    addons = _unpack(commit, folder) if setting == SHOP else _unpack(commit, folder)[:1]
    databases = Databases(odoo, setting)
    # what neighbours of the shop log themselves is not ours to mend
    about = {"about": ADDON} if setting == SHOP else {}
    fill, look = (FILL + FILL_SHOP, LOOK_SHOP + LOOK) if about else (FILL, LOOK)
    with databases.throw_away("upgrade", addon=False) as database:
        _forget_ours(odoo, database)
        old = replace(odoo, addon=folder)
        config = old.write_config(folder / "old.conf", database)
        old.run(
            "-c", config, "-i", ",".join(addons), "--with-demo", *TO_ITS_END, **about
        )
        old.run("shell", "-c", config, "--no-http", script=fill, **about)
        before = _read_rows(odoo, database)
        config = odoo.write_config(folder / "new.conf", database)
        odoo.run("-c", config, "-u", ADDON, *TO_ITS_END, **about)
        _compare_rows(before, _read_rows(odoo, database))
        said = odoo.run("shell", "-c", config, "--no-http", script=look, **about)
        _check(said, "FOUND", EXPECTED, commit)
        if setting == SHOP:
            _check(said, "BESIDE", _expect_beside(addons), commit)


def _forget_ours(odoo, database):
    """Leave no trace of add-ons that a version did not have yet."""
    for table, name in (
        ("ir_module_module", "exivo_access%%"),
        ("ir_model_data", "module_exivo_access%%"),
    ):
        odoo.postgres.query(
            f"DELETE FROM {table} WHERE name LIKE '{name}'", database=database
        )


def _expect_beside(addons):
    """Return what there is beside the shop afterwards, whatever add-ons were before."""
    return {
        "addons": len(ADDONS),
        "paid_rules": int("exivo_access_sale" in addons),
        "payers": int("exivo_access_membership" in addons),
        "mail": "shipped",
        "in_german": True,
    }


def _check(said, word, expected, commit):
    """:raise Stop: what Odoo's shell has printed after a word is something else."""
    match = re.search(rf"^{word} (.*)$", said, re.M)
    found = json.loads(match[1]) if match else said[-2000:]
    if found != expected:
        raise Stop(f"After the update from {commit}: {found}")


def _read_rows(odoo, database):
    """All rows of the add-on's tables.

    :rtype: dict[tuple[str, int], dict]
    """
    tables = odoo.postgres.query(
        "SELECT c.table_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_name LIKE 'exivo%%' AND c.column_name = 'id'"
        " AND t.table_type = 'BASE TABLE'",
        database=database,
    )
    return {
        (table, row["id"]): row
        for (table,) in tables
        for (row,) in odoo.postgres.query(
            f'SELECT to_jsonb(t) FROM "{table}" t', database=database
        )
    }


#: Tables that have another name now.
RENAMED = {
    "exivo_planned": "exivo_planning_digest",
    "exivo_replan": "exivo_planning_backlog",
}


def _compare_rows(before, after):
    """:raise Stop: a row is gone, or something in it that is still kept has changed."""
    for (table, number), row in before.items():
        key = RENAMED.get(table, table), number
        now = after.get(key, {})
        changed = {
            name
            for name in row.keys() & now.keys()
            if not _is_kept(row[name], now[name])
        }
        # when something is looked at next may be sooner
        if not now or changed - {"write_date", "write_uid", "due_at"}:
            raise Stop(f"The update has changed {key}: {row} is {now or 'gone'}")


def _is_kept(value, now):
    """Tell whether a value is still there; more may be known beside it."""
    if isinstance(value, dict) and isinstance(now, dict):
        return all(now.get(name) == one for name, one in value.items())
    return value == now


def _unpack(commit, folder):
    """Unpack the add-ons that a commit has, and return their names, the core first."""
    there = _git("ls-tree", "--name-only", commit).decode().split()
    addons = [one for one in ADDONS if one in there]
    archive = _git("archive", commit, *addons)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder)
    return addons


def _git(*words):
    result = subprocess.run(["git", *words], cwd=ROOT, capture_output=True)
    if result.returncode:
        raise Stop(f"This checkout's history does not reach back far enough: {words}")
    return result.stdout
