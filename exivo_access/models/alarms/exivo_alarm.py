# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells staff what needs a person, by activities that close by themselves."""

from datetime import datetime, timedelta, timezone

from odoo import fields, models
from odoo.fields import Domain

from ...tools.transactions import HASTY, isolated, wake
from .exivo_trouble import IMMINENT

#: A list names so many things, and counts the others.
LIST_LENGTH = 20
#: The activity type of each kind of alarm.
ACTIVITY_TYPES = {
    "failed": "exivo_access.mail_activity_type_access_failed",
    "alike": "exivo_access.mail_activity_type_accesses_failed",
    "gone": "exivo_access.mail_activity_type_access_gone",
    "gone_together": "exivo_access.mail_activity_type_accesses_gone",
    "missing": "exivo_access.mail_activity_type_accesses_missing",
    "door_alarm": "exivo_access.mail_activity_type_door_alarm",
    # Troubles are shown by these.
    "doubled": "exivo_access.mail_activity_type_room_doubled",
    "closed": "exivo_access.mail_activity_type_rooms_closed",
    "imminent": "exivo_access.mail_activity_type_accesses_imminent",
    "untold": "exivo_access.mail_activity_type_holders_untold",
    "stopped": "exivo_access.mail_activity_type_site_stopped",
    "uncompared": "exivo_access.mail_activity_type_site_uncompared",
    "unheard": "exivo_access.mail_activity_type_site_unheard",
    "unready": "exivo_access.mail_activity_type_locks_unready",
    "lingering": "exivo_access.mail_activity_type_access_lingering",
    "scarce": "exivo_access.mail_activity_type_pins_scarce",
    "no_show": "exivo_access.mail_activity_type_no_show",
    "actions": "exivo_access.mail_activity_type_actions_amiss",
}
#: What is behind these failures is behind those of other accesses of the site, too.
SHARED_CAUSES = ("locks_gone", "pins_taken", "zones_differ")
#: After these failures it may go well another day, although nobody has done anything.
TRIED_AGAIN = ("rejected", "pins_taken", "zones_differ")
#: What was ordered, or tried again, less long ago has only just been refused.
LONG_AGO = timedelta(hours=1)
#: What begins so soon that it cannot wait for that is tried again after these.
MINUTES_AGO = timedelta(minutes=10)
#: After that time it is tried again what somebody kept locked.
AGAIN_AFTER = timedelta(minutes=1)
#: How far the daily look ahead reaches.
AHEAD = timedelta(hours=24)


class ExivoAlarm(models.AbstractModel):
    """An alarm is an activity of one of our own types, one for each thing amiss.

    It is raised when something goes wrong and closed when that is over. Who marks it
    done while the trouble lasts has taken note of it: it comes back only when it goes
    wrong anew. Its words: ``exivo_alarm_words.py``.
    """

    _name = "exivo.alarm"
    _description = "Exivo Alarm"

    # === RAISING AND CLOSING === #

    def _raise(self, kind, place, records, opened=None):
        """Show an alarm, in the language of the person responsible for the site.

        No mail goes out: a site that fails may raise many at once. So it is due on the
        day that it is where its user is: the bell shows nothing of a day to come.

        :param str kind: among ``ACTIVITY_TYPES``.
        :param place: the record with activities where staff see it.
        :param records: what is amiss, all of it at one site or one access.
        :param opened: an alarm that is open for the same thing: it now says this.
        """
        site = self._get_site(place)
        user = self._get_responsible(site)
        lang = (user or site.company_id).partner_id.lang
        words = self.with_context(lang=lang)
        vals = words._get_words(kind, records)._asdict()
        if opened:
            opened.write({"res_id": place.id, **vals})
            return
        place.with_env(words.env).with_context(
            mail_activity_quick_update=True, tz=user.tz or "UTC"
        ).activity_schedule(ACTIVITY_TYPES[kind], user_id=user.id, **vals)

    def _find(self, kind, places):
        """Return the open alarms of a kind on these records.

        :rtype: mail.activity
        """
        return places.activity_search([ACTIVITY_TYPES[kind]])

    def _find_all(self, *kinds):
        """Return all open alarms of some kinds.

        Activities of the same type that people have scheduled elsewhere are left out.

        :rtype: mail.activity
        """
        places = self.env.registry.descendants(["exivo.alarm.mixin"], "_inherit")
        return self.env["mail.activity"].search(
            [
                ("activity_type_id", "in", self._get_type_ids(kinds)),
                ("automated", "=", True),
                ("res_model", "in", list(places)),
            ]
        )

    def _get_type_ids(self, kinds):
        """Return the activity types of kinds of alarms, but for those that are gone.

        :rtype: list[int]
        """
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return list(filter(None, (find(ACTIVITY_TYPES[kind]) for kind in kinds)))

    def _get_site(self, record):
        return record if record._name == "exivo.site" else record.site_id

    def _get_responsible(self, site):
        """Return the user who is told, if that person still works with accesses.

        If not, Odoo takes the default user of the activity type, if there is one;
        otherwise the alarm is nobody's, and stands in the lists with all others.

        :rtype: res.users
        """
        user = site.user_id
        able = (
            user.active
            and user.has_group("exivo_access.group_user")
            and site.company_id in user.company_ids
        )
        return user if able else user.browse()

    def _hand_on(self, site, before):
        """Give the open alarms of a site to whoever is responsible now.

        Those that a colleague has taken over stay there. No mail goes out, as when they
        were raised.

        :param before: the ``res.users`` record who was responsible.
        """
        alarms = self._find_all(*ACTIVITY_TYPES).filtered(
            lambda one: (
                one.user_id in (before, before.browse())
                and self._get_site(self.env[one.res_model].browse(one.res_id).exists())
                == site
            )
        )
        quietly = alarms.with_context(mail_activity_quick_update=True)
        quietly.user_id = self._get_responsible(site)

    # === ACCESSES THAT FAIL === #

    def _follow(self, access):
        """Bring the alarm in line after an access has failed or ceased to be failed.

        The accesses of one holder to one booking share an alarm.

        :param access: an ``exivo.access`` record in superuser mode.
        """
        siblings = access._get_siblings()
        failed = siblings.filtered(lambda one: one.state == "failed")
        opened = self._find("failed", siblings)
        if not failed:
            opened.unlink()
        elif opened or access in failed:
            self._raise("failed", failed[0], failed, opened)
            if access.failure_type in SHARED_CAUSES:
                wake(self.env, "ir_cron_watch")  # there may be many of them

    def _close_told_together(self, accesses):
        """Close the alarms of each access that say no more than one at the site."""
        for alarm in self._find("failed", accesses):
            siblings = accesses.browse(alarm.res_id)._get_siblings()
            if siblings.filtered(lambda one: one.state == "failed") <= accesses:
                alarm.unlink()

    # === ACCESSES THAT WERE REMOVED AT EXIVO === #

    def _raise_gone(self, accesses):
        """Raise alarms about accesses that were taken away at Exivo.

        Staff decide whether they come back.

        Many of one site are one alarm at the site, which replaces the alarms of each
        access.
        """
        for site, found in accesses.grouped("site_id").items():
            opened = self._find("gone_together", site)
            together = site._gather_gone(is_told=bool(opened))
            if together:
                self._find("gone", together).unlink()
                self._raise("gone_together", site, together, opened)
                continue
            for access in found:
                self._raise("gone", access, access, self._find("gone", access))

    def _follow_gone(self, sites):
        """Bring alarms of sites in line after a decision, or when accesses are over."""
        for site in sites:
            opened = self._find("gone_together", site)
            together = opened and site._get_gone()
            if together:
                self._raise("gone_together", site, together, opened)
            else:
                opened.unlink()

    def _close_gone(self, accesses):
        """Close the alarms about accesses that are decided on, or not needed now."""
        gone = accesses.filtered("gone_at_exivo")
        if gone:
            self._find("gone", gone).unlink()

    def _close_gone_of_the_past(self):
        """Close the alarms about accesses that nothing promises any more."""
        opened = self._find_all("gone")
        of_accesses = opened.filtered(lambda one: one.res_model == "exivo.access")
        accesses = self.env["exivo.access"].browse(of_accesses.mapped("res_id"))
        self._close_gone(accesses - accesses._in_force())
        together = self._find_all("gone_together")
        self._follow_gone(self.env["exivo.site"].browse(together.mapped("res_id")))

    # === ACCESSES THAT ARE NOT THERE YET === #

    def _cron_look_ahead(self):
        """Entry point of the scheduled action: report what is missing soon.

        What was refused, this morning or months ago, is tried once more before somebody
        stands at the door.
        """
        later = False  # what somebody keeps locked
        missing = self.env["exivo.trouble"]._get_missing(AHEAD)
        for site, accesses in missing.grouped("site_id").items():
            later |= isolated(self.env, self._raise_missing, site, accesses) is None
        isolated(self.env, type(self)._close_healed_sites, self)
        isolated(self.env, type(self)._close_gone_of_the_past, self)
        long_ago = fields.Datetime.now() - LONG_AGO
        refused = missing.filtered(
            lambda one: (
                self._may_pass(one)
                and one.ordered_at < long_ago
                # this may be the run for what was held in the one before
                and not self._is_recent(one.retried_at)
            )
        )
        later |= self._try_again(refused)
        if later:
            wake(self.env, "ir_cron_look_ahead", fields.Datetime.now() + AGAIN_AFTER)

    def _try_imminent(self):
        """Try once more what was refused and begins soon: its turn may come too late.

        Staff have been told of it by then, and it stays told until it is there.
        """
        minutes_ago = fields.Datetime.now() - MINUTES_AGO
        missing = self.env["exivo.trouble"]._get_missing(IMMINENT)
        refused = missing.filtered(
            lambda one: (
                self._may_pass(one)
                and one.ordered_at < minutes_ago
                and (not one.retried_at or one.retried_at < one.start - IMMINENT)
            )
        )
        if self._try_again(refused):
            wake(self.env, "ir_cron_watch", fields.Datetime.now() + AGAIN_AFTER)

    def _try_again(self, accesses):
        """Try accesses once more.

        :return: whether somebody keeps some of them locked.
        :rtype: bool
        """

        def try_again(access):
            access.retried_at = fields.Datetime.now()
            access._reconsider()

        env, is_held = self.env, False
        for access in accesses:
            if isolated(env, try_again, access) is None:
                is_held, env = True, self.with_context(**HASTY.on(50)).env
        return is_held

    def _may_pass(self, access):
        """Tell whether it may go well by now, although nobody has done anything."""
        until = (access.failure_facts or {}).get("until")
        return access.failure_type in TRIED_AGAIN or bool(
            until and datetime.fromisoformat(until) <= datetime.now(timezone.utc)
        )

    def _is_recent(self, moment):
        # one to come was written while the clock was ahead
        now = fields.Datetime.now()
        return bool(moment) and now - LONG_AGO < moment <= now

    def _raise_missing(self, site, accesses):
        """List the accesses of a site that are missing.

        Where this comes again soon, who marked the list done has taken note of it.
        """
        opened = self._find("missing", site)
        if opened or not self._is_recent(self.env.context.get("lastcall")):
            self._raise("missing", site, accesses, opened)

    def _close_healed_sites(self):
        """Close the lists of sites from which nothing is missing any more."""
        opened = self._find_all("missing")
        if opened:
            missing = self.env["exivo.trouble"]._get_missing(AHEAD).site_id.ids
            opened.filtered(lambda one: one.res_id not in missing).unlink()

    # === TROUBLES === #

    def _show(self, kind, known):
        """Show the troubles of a kind, and close what is shown of others.

        :param str kind: see ``KINDS`` of troubles.
        :param Known known: see ``exivo.trouble``.
        """
        over = self._find_all(kind)
        closed = self._get_closed_rooms(known.told)
        for board, troubled in known.told.grouped(
            lambda one: self._get_notice_board(kind, one, closed.get(one))
        ).items():
            opened = over.filtered_domain([("res_id", "=", board.id)])
            over -= opened
            if opened or troubled & known.news:
                self._raise(kind, board, troubled, opened)
            if kind == "alike":
                self._close_told_together(troubled)
        over.unlink()

    def _get_closed_rooms(self, records):
        """Return which rooms of bookings are closed then; other records have none.

        :rtype: dict[resource.booking, resource.resource]
        """
        if not records or records._name != "resource.booking":
            return {}
        mine = Domain("booking_id", "in", records.ids)
        found = self.env["exivo.occupancy"]._find_closed(mine).grouped("booking_id")
        return {booking: rows.resource_id for booking, rows in found.items()}

    def _get_notice_board(self, kind, record, closed):
        """Return the record at which staff are told: the access, else its site.

        :param closed: the rooms of a booking that are closed then, if any.
        """
        if kind in ("doubled", "no_show"):
            return record
        if record._name == "exivo.credential":
            return record.access_id
        if record._name == "resource.booking":
            of_closed = closed and record._get_exivo_sites(closed)
            return (of_closed or record._get_exivo_sites())[:1]
        return self._get_site(record)

    # === WHAT DOORS REPORT === #

    def _raise_door_alarm(self, site, events):
        """Raise an alarm because a door reports sabotage or the like.

        Several reports at once are one alarm.

        :param site: the ``exivo.site`` record.
        :param events: new ``exivo.door.event`` records.
        """
        opened = self._find("door_alarm", site)
        if opened:
            before = [
                ("site_id", "=", site.id),
                ("kind", "=", "alarm"),
                ("create_date", ">=", opened[0].create_date),
            ]
            events |= events.search(before, limit=LIST_LENGTH)
        events = events.sorted("occurred_at", reverse=True)
        self._raise("door_alarm", site, events, opened)
