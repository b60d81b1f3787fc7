# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells staff what needs a person, by activities that close by themselves."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, models

from .. import period

ACCESS_FAILED = "exivo_access.mail_activity_type_access_failed"
ACCESS_GONE = "exivo_access.mail_activity_type_access_gone"
DOOR_ALARM = "exivo_access.mail_activity_type_door_alarm"
ACCESSES_MISSING = "exivo_access.mail_activity_type_accesses_missing"
#: The activity types of what the lookout finds, by its kinds.
TROUBLES = {
    "imminent": "exivo_access.mail_activity_type_accesses_imminent",
    "stopped": "exivo_access.mail_activity_type_site_stopped",
    "unready": "exivo_access.mail_activity_type_locks_unready",
    "lingering": "exivo_access.mail_activity_type_access_lingering",
    "no_show": "exivo_access.mail_activity_type_no_show",
}
#: A list names so many things and counts the others.
LIST_LENGTH = 20
#: How far the daily look ahead reaches.
AHEAD = timedelta(hours=24)


class ExivoAlarm(models.AbstractModel):
    """An alarm is an activity of one of our own types, one for each thing amiss.

    It is raised when something goes wrong and closed when that is over. Who marks it
    done while it still is wrong has taken note of it: it comes back only when it goes
    wrong anew. It speaks the language of the person responsible for the site and holds
    neither PIN nor link.
    """

    _name = "exivo.alarm"
    _description = "Exivo Alarm"

    # === RAISING AND CLOSING === #

    @api.model
    def _raise(self, record, alarm_type, summary, note, opened=None):
        """Show an alarm on a record.

        No mail goes out: a site that fails may raise many at once.

        :param record: record with activities, in the language of :meth:`_speak_to`.
        :param str alarm_type: XML ID of its activity type.
        :param str summary: what is wrong, in a line.
        :param Markup note: the same at length.
        :param opened: an alarm that is open for the same thing: it now says this.
        """
        words = {"summary": summary, "note": note}
        if opened:
            opened.write({"res_id": record.id, **words})
            return
        record.with_context(mail_activity_quick_update=True).activity_schedule(
            alarm_type,
            user_id=self._get_responsible(self._get_site(record)).id,
            **words,
        )

    @api.model
    def _find(self, records, alarm_type):
        """The open alarms of a kind on these records.

        :rtype: mail.activity
        """
        return records.activity_search([alarm_type])

    @api.model
    def _find_all(self, alarm_type):
        """All open alarms of a kind.

        :rtype: mail.activity
        """
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(alarm_type)
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", type_id), ("automated", "=", True)]
        )

    @api.model
    def _get_responsible(self, site):
        """Who is told, if that person still works with accesses.

        If not, Odoo takes the default user of the activity type, if there is one; else
        the alarm is nobody's, and stands in the lists with all others.

        :rtype: res.users
        """
        user = site.user_id
        able = (
            user.active
            and user.has_group("exivo_access.group_user")
            and site.company_id in user.company_ids
        )
        return user if able else user.browse()

    @api.model
    def _speak_to(self, site):
        """This model in the language of those who look after the site."""
        user = self._get_responsible(site)
        return self.with_context(lang=(user or site.company_id).partner_id.lang)

    # === ACCESSES THAT FAIL === #

    @api.model
    def _follow(self, access):
        """The access has just failed, or has just ceased to be failed.

        The accesses of one holder to one booking share an alarm.

        :param access: an ``exivo.access`` record in superuser mode.
        """
        siblings = access._get_siblings()
        failed = siblings.filtered(lambda one: one.state == "failed")
        opened = self._find(siblings, ACCESS_FAILED)
        if not failed:
            opened.unlink()
        elif opened or access in failed:
            alarm = self._speak_to(access.site_id)
            failed = failed.with_env(alarm.env)
            alarm._raise(
                failed[0],
                ACCESS_FAILED,
                alarm._get_failure_summary(failed[0]),
                alarm._get_failure_note(failed),
                opened,
            )

    @api.model
    def _get_failure_summary(self, access):
        if access.is_standing:
            return self.env._(
                "No access for %(holder)s, member of %(community)s",
                holder=access.partner_id.display_name,
                community=access._get_occasion(),
            )
        return self.env._(
            "No access for %(holder)s: %(room)s, %(day)s",
            holder=access.partner_id.display_name,
            room=access.room,
            day=access._format_booking_day(),
        )

    @api.model
    def _get_failure_note(self, failed):
        lead = self._get_failure_lead(failed[0])
        lines = [
            f"{', '.join(one.lock_ids.mapped('name'))}: {self._get_reason(one)}"
            for one in failed
        ]
        return Markup("<p>%s</p>%s<p>%s</p>") % (
            lead,
            self._as_list(lines),
            self.env["exivo.trouble.words"]._advise(failed[0]),
        )

    @api.model
    def _get_failure_lead(self, access):
        if access.is_standing:
            return self.env._(
                "%(holder)s is a member of %(community)s, and cannot open:",
                holder=access.partner_id.display_name,
                community=access._get_occasion(),
            )
        return self.env._(
            "%(holder)s has booked %(room)s, %(period)s, and cannot open:",
            holder=access.partner_id.display_name,
            room=access.room,
            period=access._format_booking_period(),
        )

    # === ACCESSES THAT WERE REMOVED AT EXIVO === #

    @api.model
    def _raise_gone(self, access):
        """Somebody took an access away at Exivo: staff decide whether it comes back."""
        alarm = self._speak_to(access.site_id)
        access = access.with_env(alarm.env)
        alarm._raise(
            access,
            ACCESS_GONE,
            alarm.env._("Removed at Exivo: %(access)s", access=access.display_name),
            alarm.env._(
                "Somebody removed this access at Exivo, so it no longer opens the "
                "doors. Press Give back to have it made again, or leave it removed."
            ),
            self._find(access, ACCESS_GONE),
        )

    @api.model
    def _close_gone(self, accesses):
        """Staff have decided about these accesses."""
        self._find(accesses.filtered("gone_at_exivo"), ACCESS_GONE).unlink()

    # === ACCESSES THAT ARE NOT THERE YET === #

    @api.model
    def _cron_look_ahead(self):
        """Entry point of the scheduled action: what is missing in the hours ahead."""
        missing = self.env["exivo.lookout"]._get_missing(AHEAD)
        for site, accesses in missing.grouped("site_id").items():
            alarm = self._speak_to(site)
            site = site.with_env(alarm.env)
            alarm._raise(
                site,
                ACCESSES_MISSING,
                alarm.env._(
                    "Accesses of the next 24 hours that are not there yet: %(count)s",
                    count=len(accesses),
                ),
                alarm._as_list(
                    alarm._get_missing_line(access)
                    for access in accesses.with_env(alarm.env)
                ),
                self._find(site, ACCESSES_MISSING),
            )
        self._close_healed_sites()

    @api.model
    def _close_healed_sites(self):
        """Close the lists of sites from which nothing is missing any more."""
        opened = self._find_all(ACCESSES_MISSING)
        if opened:
            missing = self.env["exivo.lookout"]._get_missing(AHEAD).site_id.ids
            opened.filtered(lambda one: one.res_id not in missing).unlink()

    @api.model
    def _get_missing_line(self, access):
        parts = (
            access.reference,
            access.partner_id.display_name,
            access._get_occasion(),
            access._format_window(),
        )
        return f"{' · '.join(filter(None, parts))}: {self._get_reason(access)}"

    # === WHAT THE LOOKOUT FINDS === #

    @api.model
    def _show(self, kind, known):
        """Show the troubles of a kind, and close what is shown of others.

        :param str kind: see the kinds of the lookout.
        :param Known known: see ``exivo.trouble``.
        """
        over = self._find_all(TROUBLES[kind])
        for place, troubled in known.told.grouped(
            lambda one: self._get_place(kind, one)
        ).items():
            opened = over.filtered_domain([("res_id", "=", place.id)])
            over -= opened
            if opened or troubled & known.news:
                alarm = self._speak_to(self._get_site(place))
                words = alarm.env["exivo.trouble.words"]._get_words(
                    kind, troubled.with_env(alarm.env)
                )
                place = place.with_env(alarm.env)
                alarm._raise(place, TROUBLES[kind], *words, opened)
        over.unlink()

    @api.model
    def _get_place(self, kind, record):
        """Where staff are told of a trouble: at the access, else at its site."""
        if kind == "no_show":
            return record
        if record._name == "exivo.credential":
            return record.access_id
        return self._get_site(record)

    @api.model
    def _get_site(self, record):
        return record if record._name == "exivo.site" else record.site_id

    # === WHAT DOORS REPORT === #

    @api.model
    def _raise_door_alarm(self, site, events):
        """A door reports sabotage or the like; several at once are one alarm.

        :param site: the ``exivo.site`` record.
        :param events: new ``exivo.door.event`` records.
        """
        alarm = self._speak_to(site)
        opened = self._find(site, DOOR_ALARM)
        if opened:
            before = [
                ("site_id", "=", site.id),
                ("kind", "=", "alarm"),
                ("create_date", ">=", opened[0].create_date),
            ]
            events |= events.search(before, limit=LIST_LENGTH)
        events = events.sorted("occurred_at", reverse=True)
        doors = ", ".join(sorted(set(events.lock_id.mapped("name"))))
        alarm._raise(
            site.with_env(alarm.env),
            DOOR_ALARM,
            alarm.env._("Alarm at a door: %(doors)s", doors=doors or site.name),
            alarm._as_list(
                f"{event.lock_id.name or site.name}: {event.name}, "
                + period.format_moment(
                    alarm.env, event.occurred_at, site.remote_tz or "UTC"
                )
                for event in events[:LIST_LENGTH]
            ),
            opened,
        )

    # === WORDS === #

    @api.model
    def _get_reason(self, access):
        """Why an access is not there, as staff read it.

        :rtype: str
        """
        if not access.failure_type:
            return self.env._("In progress")
        label = dict(access._fields["failure_type"]._description_selection(self.env))
        reason = label[access.failure_type]
        if access.failure_reason:
            reason = f"{reason} ({access.failure_reason.rstrip('.')})"
        return f"{reason}."

    @api.model
    def _as_list(self, lines):
        """Lines as a list; of very many only the first ones."""
        lines = list(lines)
        more = len(lines) - LIST_LENGTH
        if more > 0:
            lines[LIST_LENGTH:] = [self.env._("… and %(count)s more", count=more)]
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )
