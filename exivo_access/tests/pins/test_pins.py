# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""PINs: drawn, kept apart at shared locks, fixed for a person, changed."""

import importlib.util
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import file_path, mute_logger
from odoo.tools.safe_eval import safe_eval

from ... import api as exivo
from ...models.pins import exivo_pin_reveal
from ...models.pins.handover import show_pin
from ...pure import pin
from ...tools.secret_char import open_secret
from ..common import NOW, ExivoCase, pin_of, pins_of

#: What a file looks like that is imported.
FORM = {"quoting": '"', "separator": ",", "has_headers": True}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPins(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_staff", "exivo_access.group_user")
        cls.other = cls.env["res.partner"].create(
            {"name": "Bert Beispiel", "email": "bert@example.com"}
        )

    def fix_pin(self, partner, digits, user=None):
        """Set the fixed PIN as staff do, on the contact's form."""
        action = partner.with_user(user or self.user).action_open_exivo_fixed_pin()
        kept = self.env["exivo.fixed.pin"].with_user(user or self.user)
        if action["res_id"]:
            kept = kept.browse(action["res_id"])
        with (
            self._registry_in_test_mode(),
            Form(kept.with_context(**action["context"])) as form,
        ):
            form.pin = digits
        return form.record

    def migrate(self, script):
        """Do a part of an update."""
        path = file_path(f"exivo_access/migrations/{script}")
        spec = importlib.util.spec_from_file_location("exivo_migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, None)
        self.env.invalidate_all()

    @contextmanager
    def drawing(self, *digits):
        """Let these digits come out, in this order, unless they are taken."""
        with patch.object(
            pin,
            "draw",
            lambda find_taken, _length: next(
                one for one in digits if one not in find_taken(digits)
            ),
        ):
            yield

    def test_accesses_at_the_same_time_on_a_shared_lock_differ_in_their_pins(self):
        second_room = self._create_room("Reuss")
        second_type = self._create_type(second_room)
        self.rule.copy(
            {"resource_id": second_room.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        first = self.book()
        second = self.book(partners=self.other, type_id=second_type.id)
        with self.drawing("482915", "730264"):
            self.synchronise()
        self.assertEqual(
            {pin_of(self.accesses(first)), pin_of(self.accesses(second))},
            {"482915", "730264"},
        )

    def test_when_all_pins_are_taken_staff_are_told_and_nobody_else_waits(self):
        self.site.pin_length = 4
        with patch.object(pin, "is_trivial", lambda digits: digits != "4829"):
            first = self.book(hours=24)
            second = self.book(hours=25, partners=self.other)
            later = self.book(hours=30)
            self.synchronise()
        self.assertEqual(self.accesses(first).state, "created")
        self.assertEqual(self.accesses(later).state, "created")
        access = self.accesses(second)
        self.assertEqual((access.state, access.failure_type), ("failed", "pins_taken"))
        self.assertIn("PIN Digits", access.failure_advice)
        with (
            patch.object(pin, "is_trivial", lambda digits: digits != "4829"),
            self.assertRaisesRegex(UserError, "PIN Digits"),
        ):
            self.new_code(self.accesses(first))
        self.site.pin_length = 6
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(pin_of(access)), 6)

    def book_at_the_neighbours(self, **vals):
        """Another company has connected the same site, and books the same door.

        :param vals: of the site, as the company has typed them.
        :return: its access.
        """
        site = self._connect_once_more(**vals)
        entrance = site.lock_ids.filtered(lambda lock: lock.name == "Entrance")
        room = self._create_room("Reuss")
        room.company_id = site.company_id
        booking_type = self._create_type(room)
        booking_type.company_id = site.company_id
        self.rule.copy({"resource_id": room.id, "lock_ids": [(6, 0, entrance.ids)]})
        booking = self.book(partners=self.other, type_id=booking_type.id)
        return self.accesses(booking)

    def test_accesses_of_two_companies_at_one_door_differ_in_their_pins(self):
        ours = self.accesses(self.book())
        with self.drawing("482915", "730264"):
            self.synchronise()
        theirs = self.book_at_the_neighbours()
        with self.drawing("482915", "730264"):
            self.synchronise()
        self.assertNotEqual(ours.site_id, theirs.site_id)
        self.assertEqual(pin_of(ours), "482915")
        self.assertEqual(pin_of(theirs), "730264")

    def test_fixed_pin_of_somebody_at_the_same_door_of_another_company_is_refused(self):
        theirs = self.book_at_the_neighbours()
        with self.drawing("482915"):
            self.synchronise()
        self.assertEqual(pin_of(theirs), "482915")
        self.book()
        with self.assertRaisesRegex(ValidationError, "Somebody else"):
            self.fix_pin(self.customer, "482915")

    def test_doors_are_the_same_in_whichever_spelling_their_site_was_typed(self):
        self.site.remote_id = "abcdef11-1111-4111-8111-111111111111"
        self.site.action_verify()
        ours = self.accesses(self.book())
        with self.drawing("482915", "730264"):
            self.synchronise()
        theirs = self.book_at_the_neighbours(remote_id=self.site.remote_id.upper())
        with self.drawing("482915", "730264"):
            self.synchronise()
        self.assertEqual((pin_of(ours), pin_of(theirs)), ("482915", "730264"))

    def test_pin_that_somebody_else_has_by_then_is_replaced_when_a_booking_moves(self):
        first, second = self.book(hours=24), self.book(hours=48, partners=self.other)
        with self.drawing("482915"):
            self.synchronise()
        self.assertEqual(pin_of(self.accesses(first)), pin_of(self.accesses(second)))
        second.start = NOW + timedelta(hours=25)
        with self.drawing("482915", "730264"):
            self.synchronise()
        self.assertEqual(pin_of(self.accesses(first)), "482915")
        self.assertEqual(pin_of(self.accesses(second)), "730264")
        codes = {visit["request"].code for visit in self.exivo.live_visits()}
        self.assertEqual(codes, {"482915", "730264"})

    def move_and_keep_the_visit(self):
        """A booking moves to another day, and its visit of before cannot be revoked."""
        booking = self.book(hours=24)
        with self.drawing("482915"):
            self.synchronise()
        booking.start = NOW + timedelta(hours=48)
        self.exivo.fail(exivo.Rejected("No", 400), calls="revoke_visit")
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_pin_that_still_opens_the_door_is_drawn_for_nobody_else(self):
        self.move_and_keep_the_visit()
        access = self.accesses(self.book(hours=24, partners=self.other))
        self.assertEqual(access.booking_id.combination_id.resource_ids, self.room)
        with self.drawing("482915", "730264"):
            self.synchronise()
        self.assertEqual(pin_of(access), "730264")

    def test_pin_that_still_opens_the_door_is_fixed_for_nobody_else(self):
        self.move_and_keep_the_visit()
        self.book(hours=24, partners=self.other)
        with self.assertRaisesRegex(ValidationError, "Somebody else"):
            self.fix_pin(self.other, "482915")

    def test_pin_that_still_opens_the_door_is_free_at_another_time(self):
        self.move_and_keep_the_visit()
        self.book(hours=30, partners=self.other)
        self.fix_pin(self.other, "482915")

    def test_pin_that_an_order_without_answer_may_yet_bring_is_nobody_elses(self):
        booking = self.book(hours=24)
        self.exivo.fail(exivo.TimedOut("late"), calls="create_visit")
        with self.drawing("482915"):
            self.synchronise()
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.action_cancel()
            self.synchronise()
            access = self.accesses(self.book(hours=24, partners=self.other))
            with self.drawing("482915", "730264"):
                self.synchronise()
        self.assertEqual(pin_of(access), "730264")

    def test_fixed_pin_of_a_contact_is_used_for_every_booking(self):
        self.fix_pin(self.customer, "730264")
        bookings = self.book(hours=24) | self.book(hours=48)
        self.synchronise()
        codes = {visit["request"].code for visit in self.exivo.live_visits()}
        self.assertEqual(codes, {"730264"})
        self.assertEqual(len(bookings.exivo_access_ids), 2)

    def test_fixed_pin_reaches_the_bookings_already_made_and_is_told(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.fix_pin(self.customer, "730264")
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].code, "730264")
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertIn("730264", self.mails_to(self.customer).body_html)

    def make_overlapping_accesses(self):
        """Two bookings one after the other, and a membership: all open the entrance."""
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = members
        self.book(hours=24)
        self.book(hours=25)
        self.synchronise()

    def assertAllHave(self, digits):
        codes = [visit["request"].code for visit in self.exivo.live_visits()]
        self.assertEqual(codes, [digits] * 3)

    def test_fixed_pin_is_used_for_accesses_that_overlap(self):
        self.fix_pin(self.customer, "730264")
        self.make_overlapping_accesses()
        self.assertAllHave("730264")
        self.accesses()[0].booking_id.duration = 2
        self.synchronise()
        self.assertAllHave("730264")

    def test_fixed_pin_reaches_accesses_that_overlap_already(self):
        self.make_overlapping_accesses()
        self.fix_pin(self.customer, "730264")
        self.synchronise()
        self.assertAllHave("730264")

    def test_fixed_pin_comes_back_although_an_access_that_ended_is_not_gone_yet(self):
        kept = self.fix_pin(self.customer, "730264")
        booking = self.book(hours=24)
        self.synchronise()
        self.assertIn("is removed", kept.action_remove()["params"]["message"])
        other = self.book(hours=25)
        self.synchronise()
        booking.action_cancel()
        self.fix_pin(self.customer, "730264")
        self.synchronise()
        self.assertEqual(pin_of(self.accesses(other)), "730264")

    def test_pins_that_are_drawn_differ_for_accesses_of_one_person_that_overlap(self):
        self.make_overlapping_accesses()
        self.assertEqual(len(set(pins_of(self.accesses()))), 3)

    def test_new_code_replaces_a_fixed_pin_on_that_booking(self):
        self.fix_pin(self.customer, "730264")
        access = self.accesses(self.book())
        self.synchronise()
        form = self.new_code_form(access.with_user(self.user))
        form.reason = "It was passed on"
        wizard = form.save()
        kept = wizard.fixed_pin_ids.partner_id
        self.assertEqual(kept, self.customer, "other bookings keep it: it says so")
        wizard.action_confirm()
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertNotEqual(visit["request"].code, "730264")

    def test_who_has_a_fixed_pin_is_found_among_contacts(self):
        self.fix_pin(self.customer, "730264")
        contacts = self.env["res.partner"].with_user(self.user)
        view = contacts.get_view(self.env.ref("base.view_res_partner_filter").id)
        (found,) = etree.fromstring(view["arch"]).xpath("//filter[@name='fixed_pin']")
        domain = safe_eval(found.get("domain"))
        self.assertEqual(contacts.search(domain), self.customer)

    def test_fixed_pin_is_drawn_for_nobody_else(self):
        self.fix_pin(self.other, "730264")
        access = self.accesses(self.book())
        with self.drawing("730264", "482915"):
            self.synchronise()
        self.assertEqual(pin_of(access), "482915")

    def test_removed_fixed_pin_stays_on_bookings_made_and_goes_from_new_ones(self):
        kept = self.fix_pin(self.customer, "730264")
        made = self.accesses(self.book(hours=24))
        self.synchronise()
        kept.action_remove()
        new = self.accesses(self.book(hours=48))
        self.synchronise()
        self.assertEqual(pin_of(made), "730264")
        self.assertNotEqual(pin_of(new), "730264")

    def test_whoever_fixes_a_pin_is_known_to_know_it(self):
        """Also where the fixed PIN is removed, and on accesses that get it later."""
        made = self.accesses(self.book(hours=24))
        self.synchronise()
        kept = self.fix_pin(self.customer, "730264")
        later = self.accesses(self.book(hours=48))
        self.synchronise()
        kept.action_remove()
        new = self.accesses(self.book(hours=72))
        self.synchronise()
        for access in made, later:
            self.assertEqual(pin_of(access), "730264")
            self.assertEqual(access.reveal_ids.user_id, self.user)
            self.assertEqual(len(access.reveal_ids), 1)
            bodies = " ".join(access.message_ids.mapped("body"))
            self.assertIn(f"which {self.user.name} has typed", bodies)
            self.assertNotIn("730264", bodies)
        self.assertFalse(new.reveal_ids)

    def test_staff_of_another_company_do_not_read_who_has_typed_a_pin(self):
        self.fix_pin(self.other, "730264")
        self.fix_pin(self.customer, "481592")
        self.book()
        self.synchronise()
        company = self.env["res.company"].create({"name": "Another"})
        abroad = self._create_user("exivo_abroad", "exivo_access.group_user")
        abroad.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        looks = self.env["exivo.pin.reveal"]
        self.assertEqual(len(looks.with_user(self.user).search([])), 3)
        self.assertFalse(looks.with_user(abroad).search([]))
        self.site.company_id = company  # the looks at its PINs go along
        self.assertEqual(looks.with_user(abroad).search([]).access_id, self.accesses())

    def test_who_has_typed_a_pin_before_is_read_in_the_own_company_after_the_update(
        self,
    ):
        self.fix_pin(self.customer, "730264")
        typed = self.env["exivo.pin.reveal"].search([])
        typed.company_id = False
        self.migrate("19.0.1.10.0/post-typed-pins.py")
        self.assertEqual(typed.company_id, self.user.company_id)

    def test_whoever_has_fixed_a_pin_stands_on_older_accesses_after_the_update(self):
        self.fix_pin(self.customer, "730264")
        access, other = (
            self.accesses(self.book(hours=hours, partners=partner))
            for hours, partner in ((24, self.customer), (48, self.other))
        )
        self.synchronise()
        (access | other).reveal_ids.unlink()
        for _time in range(2):
            self.migrate("19.0.1.9.0/post-typists.py")
        self.assertEqual(access.reveal_ids.mapped("user_id"), self.user)
        self.assertEqual(access.reveal_ids.mapped("is_by_fixing"), [True])
        self.assertFalse(other.reveal_ids)

    def test_who_has_typed_a_pin_is_said_in_the_language_of_the_house(self):
        self.env["res.lang"]._activate_lang("de_DE")
        module = self.env["ir.module.module"].search([("name", "=", "exivo_access")])
        module._update_translations(["de_DE"])
        self.env.company.partner_id.lang = "de_DE"
        self.fix_pin(self.customer, "730264")
        access = self.accesses(self.book())
        self.synchronise()
        self.assertIn(
            "Die feste PIN von Anna Muster", " ".join(access.message_ids.mapped("body"))
        )

    def test_staff_who_fix_many_pins_have_to_wait(self):
        self.book()
        self.synchronise()
        every = (str(number) for number in range(730264, 740000))
        typed = [*islice((one for one in every if not pin.is_trivial(one)), 60)]
        kept = self.fix_pin(self.customer, typed[0])
        for digits in typed[1:]:
            self.fix_pin(self.customer, digits)
        with self.assertRaisesRegex(UserError, "very many PINs"):
            self.fix_pin(self.customer, "481592")
        self.env.invalidate_all()
        self.assertEqual(pin_of(self.accesses()), typed[-1])
        kept.action_remove()
        with self.assertRaisesRegex(UserError, "very many PINs"):
            self.fix_pin(self.customer, "481592")

    def test_pins_of_contacts_without_accesses_are_looks_as_well(self):
        with patch.object(exivo_pin_reveal, "STAFF_LOOKS", 3):
            for _time in range(3):
                self.fix_pin(self.other, "730264").action_remove()
            with self.assertRaisesRegex(UserError, "very many PINs"):
                self.fix_pin(self.other, "730264")

    def test_one_pin_for_many_accesses_is_one_look(self):
        with patch.object(exivo_pin_reveal, "STAFF_LOOKS", 3):
            for hours in range(24, 36, 2):
                self.book(hours=hours)
            self.synchronise()
            self.fix_pin(self.customer, "730264")
            for hours in range(36, 48, 2):
                self.book(hours=hours)
            self.synchronise()
            self.assertEqual(len(self.accesses().reveal_ids), 12)
            access = self.accesses()[0].with_user(self.user)
            for _time in range(2):
                self.assertEqual(show_pin(access), "730264")
            with self.assertRaisesRegex(UserError, "very many PINs"):
                show_pin(access)

    def test_bad_fixed_pins_are_refused_in_words(self):
        self.fix_pin(self.other, "730264")
        for digits, words in (
            ("12", "4 to 6 digits"),
            ("12345x", "4 to 6 digits"),
            ("111111", "easy to guess"),
            ("240585", "easy to guess"),
            ("730264", "Somebody else"),
        ):
            with (
                self.subTest(digits=digits),
                self.assertRaisesRegex(ValidationError, words),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.fix_pin(self.customer, digits)
        self.assertFalse(
            self.env["exivo.fixed.pin"].search([("partner_id", "=", self.customer.id)])
        )

    def test_fixed_pin_that_somebody_has_at_the_same_door_is_refused(self):
        mine = self.accesses(self.book(hours=24))
        theirs = self.accesses(self.book(hours=25, partners=self.other))
        self.synchronise()
        with self.assertRaisesRegex(ValidationError, "Somebody else"):
            self.fix_pin(self.customer, pin_of(theirs))
        self.assertNotEqual(pin_of(mine), pin_of(theirs))

    def test_fixed_pin_is_never_given_back(self):
        kept = self.fix_pin(self.customer, "730264")
        self.assertFalse(pin_of(kept))
        self.assertFalse(kept.read(["pin"])[0]["pin"])
        with self.assertRaises(AccessError):
            kept.read(["pin_stored"])
        self.assertNotIn("pin_stored", kept.fields_get())

    def test_file_of_fixed_pins_is_kept_no_longer_than_for_its_import(self):
        def import_file(partner, pin, limit=0, **options):
            lines = f"contact,pin\n{partner.id},{pin}\n".encode()
            if limit:
                lines += lines.partition(b"\n")[2]
            given = {"file": lines, "file_name": "pins.csv", "file_type": "text/csv"}
            wizard = wizards.create({"res_model": "exivo.fixed.pin", **given})
            with self._registry_in_test_mode():
                result = wizard.execute_import(
                    ["partner_id/.id", "pin"],
                    ["contact", "pin"],
                    FORM | ({"limit": limit} if limit else {}),
                    **options,
                )
            return wizard.file, result

        wizards = self.env["base_import.import"].with_user(self.user)
        kept, result = import_file(self.customer, "730264")
        self.assertFalse(kept, result)
        fixed = self.env["exivo.fixed.pin"].search([])
        self.assertEqual(open_secret(fixed, "pin_stored"), "730264")
        kept, _result = import_file(self.other, "482915", dryrun=True)
        self.assertTrue(kept, "the import itself is still to come")
        kept, result = import_file(self.other, "1234")
        self.assertTrue(kept and result["messages"], "it can be put right")
        kept, result = import_file(self.other, "519273", limit=1)
        self.assertTrue(kept and result["nextrow"], "another line is still to come")

    def test_fixed_pin_is_not_passed_on_to_another_contact(self):
        """Who could give it to themselves would learn it without a recorded look."""
        self.fix_pin(self.customer, "730264")
        fixed = self.env["exivo.fixed.pin"].search([]).with_user(self.user)
        with self.assertRaisesRegex(ValidationError, "another contact"):
            fixed.partner_id = self.user.partner_id
        with self._registry_in_test_mode():
            fixed.write({"partner_id": self.customer.id, "pin": "615038"})
        self.assertEqual(fixed.partner_id, self.customer)
        self.assertEqual(open_secret(fixed, "pin_stored"), "615038")

    def test_fixed_pin_counts_at_the_doors_of_its_company_only(self):
        """Staff of one company choose no PIN for the doors of another."""
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = self._create_user("exivo_abroad", "exivo_access.group_user")
        stranger.write({"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id})
        first = self.accesses(self.book(hours=24))
        self.fix_pin(self.customer, "730264")
        theirs = self.fix_pin(self.customer, "615038", user=stranger)
        second = self.accesses(self.book(hours=48))
        self.synchronise()
        self.assertEqual(theirs.company_id, abroad)
        self.assertEqual((pin_of(first), pin_of(second)), ("730264", "730264"))
        self.assertEqual(theirs.search([]), theirs, "nor do they see it")
        theirs.action_remove()
        ours = self.env["exivo.fixed.pin"].search([])
        self.assertEqual(ours.company_id, self.site.company_id)
        with self.assertRaises(AccessError):
            ours.with_user(stranger).action_remove()

        self.site.company_id = abroad
        third = self.accesses(self.book(hours=72))
        self.synchronise()
        self.assertTrue(pin_of(third))
        self.assertNotEqual(pin_of(third), "730264")

    def test_fixed_pin_goes_to_no_door_of_another_company_by_the_same_booking(self):
        """Whoever typed it would know a PIN at doors that are not their business."""
        site = self._connect_once_more()
        lock = site.lock_ids.filtered(lambda one: one.name == "Aare")
        room = self._create_room("Reuss")
        room.company_id = site.company_id
        self.booking_type.company_id = False
        self.rule.copy({"resource_id": room.id, "lock_ids": [(6, 0, lock.ids)]})
        both = self.env["resource.booking.combination"].create(
            {"resource_ids": [(6, 0, (self.room | room).ids)]}
        )
        self.booking_type.combination_rel_ids = [(0, 0, {"combination_id": both.id})]
        alone = self.booking_type.combination_rel_ids[0].combination_id
        for hours, is_removed in ((24, False), (48, True)):
            kept = self.fix_pin(self.customer, "730264")
            booking = self.book(
                hours=hours, combination_auto_assign=False, combination_id=alone.id
            )
            self.synchronise()
            self.assertEqual(pin_of(self.accesses(booking)), "730264")
            if is_removed:
                kept.action_remove()
            booking.combination_id = both
            self.synchronise()
            accesses = self.accesses(booking)
            self.assertEqual(accesses.site_id, self.site | site)
            (digits,) = {*pins_of(accesses)}
            self.assertTrue(digits)
            self.assertNotEqual(digits, "730264")

    def test_fixed_pin_does_not_move_to_another_company(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.user.company_ids |= abroad
        self.fix_pin(self.customer, "730264")
        fixed = self.env["exivo.fixed.pin"].search([]).with_user(self.user)
        with self.assertRaisesRegex(ValidationError, "or company"):
            fixed.company_id = abroad
        self.user.company_ids -= abroad
        with self.assertRaises(AccessError):
            fixed.create(
                {
                    "partner_id": self.other.id,
                    "company_id": abroad.id,
                    "pin": "615038",
                }
            )

    def test_only_staff_may_fix_a_pin(self):
        outsider = self._create_user("exivo_no_staff", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["exivo.fixed.pin"].with_user(outsider).create(
                {"partner_id": self.customer.id, "pin": "730264"}
            )

    def test_merged_contacts_keep_one_fixed_pin_and_all_accesses(self):
        self.fix_pin(self.customer, "730264")
        self.fix_pin(self.other, "482915")
        booking = self.book(partners=self.other)
        self.synchronise()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(self.accesses(booking).partner_id, self.customer)
        fixed = self.env["exivo.fixed.pin"].search([])
        self.assertEqual(open_secret(fixed, "pin_stored"), "730264")

    def test_merged_contacts_keep_the_fixed_pins_of_other_companies(self):
        fixed = self.env["exivo.fixed.pin"]
        there = self.env["res.company"].create({"name": "Second house"})
        self.fix_pin(self.customer, "730264")
        self.fix_pin(self.other, "482915")
        fixed.create(
            {"partner_id": self.other.id, "company_id": there.id, "pin": "519273"}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | self.other).ids, self.customer)
        self.env.invalidate_all()
        kept = fixed.search([], order="id")
        self.assertEqual(kept.partner_id, self.customer)
        self.assertEqual(
            {one.company_id: open_secret(one, "pin_stored") for one in kept},
            {self.env.company: "730264", there: "519273"},
        )

    def test_access_that_is_over_gets_no_new_code(self):
        access = self.accesses(self.book())
        self.synchronise()
        with self.new_code_form(access) as form:
            form.reason = "Too late"
        access.booking_id.action_cancel()
        self.synchronise()
        with self.assertRaisesRegex(UserError, "None of these accesses"):
            form.record.action_confirm()
