# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import random
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ... import adapters
from ... import api as exivo
from ...api.landmarks import ENOUGH
from ...pure import backoff, reconcile
from ...tools.calls import NotMade, stops_site
from ...tools.transactions import wake

_logger = logging.getLogger(__name__)

#: The calls that look once more, and the field that says when each is due again.
MOMENTS = {
    "look_again": "look_again_at",
    "look_at_person": "look_again_at",
    "ask": "ask_at",
}
CALLS = {reconcile.LookAgain: "look_again", reconcile.Ask: "ask"}
#: So many credentials made before an order tell where in a list it would stand, and so
#: many of the newest ones in which order the list is.
BEFORE, NEWEST = 500, 100
#: What was answered within that time was made then; else it may have been any time.
SURELY = timedelta(minutes=1)
#: The clocks of Odoo and of PostgreSQL differ by less.
CLOCKS_APART = timedelta(minutes=2)


class ExivoCredential(models.Model):
    """A second look is claimed and recorded without changing anything at Exivo.

    The access stays as it is meanwhile: nothing it waits for, no failure of its own. A
    look that fails is due again later, until it has succeeded. What it finds may have
    to be revoked, and a list may end what Exivo has denied to know.
    """

    _inherit = "exivo.credential"

    def _is_second_look(self, call_name):
        """Tell whether a call looks once more at what was known already.

        :rtype: bool
        """
        return call_name in MOMENTS

    def _claim_second_look(self, action, lease):
        """Write down that a credential is being looked at.

        :param action: a :class:`reconcile.LookAgain` or a :class:`reconcile.Ask`.
        :param datetime lease: should nobody hear of the outcome, it is due again then.
        :return: the name of the call to make, and its arguments.
        :rtype: tuple
        """
        self.ensure_one()
        name = CALLS[type(action)]
        if name == "look_again" and self._get_person_id():
            # Later orders of the same person have written their tokens over this one.
            name = "look_at_person"
        self[MOMENTS[name]] = lease
        if name != "look_again":
            return name, self.kind, self.remote_id
        return name, self.kind, self._get_ordered_token(), self._get_landmarks()

    def _get_landmarks(self):
        """Return the grants beside which this one stands in a list that goes by age.

        :return: ``None`` if too few are known.
        :rtype: api.Landmarks | None
        """
        self.ensure_one()
        token = self._get_ordered_token()
        ordered = self.access_id.credential_ids.filtered(
            lambda one: one._get_ordered_token() == token
        ).sorted("id")[0]
        made = (
            Domain("site_id", "=", self.site_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("remote_id", "!=", False)
            & Domain("made_at", "!=", False)
        )
        before = self._find_landmarks(made & Domain("id", "<", ordered.id), BEFORE)
        if len(before) < ENOUGH:
            return None
        newest = self._find_landmarks(made, NEWEST)
        # what was ordered later was made later, whatever our clock said that day
        later = made & Domain("id", ">", ordered.id)
        ((first,),) = self._read_group(later, aggregates=["made_at:min"])
        since = min(ordered.create_date, first or ordered.create_date)
        return exivo.Landmarks(made_at={**newest, **before}, since=since - CLOCKS_APART)

    def _find_landmarks(self, domain, limit):
        """Return when the latest of a domain were made, by their ids at Exivo.

        :rtype: dict[str, datetime]
        """
        found = self.search_fetch(
            domain,
            ["remote_id", "made_at", "create_date"],
            order="id desc",
            limit=limit,
        )
        return {
            one.remote_id: one.made_at
            for one in found
            if one.made_at - one.create_date < SURELY
        }

    def _record_second_look(self, name, outcome):
        """Write down what a second look has found."""
        self.access_id.due_at = fields.Datetime.now()
        if isinstance(outcome, exivo.NotFound) and name != "look_again":
            outcome = None  # it was asked for by its id, and there is none
        if isinstance(outcome, NotMade):
            self[MOMENTS[name]] = fields.Datetime.now()
        elif isinstance(outcome, exivo.ExivoError):
            self._repeat_second_look(name, outcome)
        else:
            self.access_id.site_id._note_answer()
            getattr(self, f"_record_{name}")(outcome)

    def _repeat_second_look(self, name, error):
        """Have the look repeated: as soon as its site is called, or after a while."""
        self.access_id.site_id._note_failed_call(error)
        # Without an answer it may as well be this call that Exivo cannot carry out.
        waits_for_site = error.refuses_site or (
            stops_site(error) and not error.maybe_done
        )
        delay = backoff.LONGEST_DELAY * random.uniform(0.5, 1)
        now = fields.Datetime.now()
        self[MOMENTS[name]] = now if waits_for_site else now + delay

    def _record_look_again(self, grants):
        """Have everything else revoked that lives by the order.

        A person who is in a group by an order that is over is not where the last one
        has put the person, if there is any; and may not be there anyway.
        """
        was_over = self.state not in reconcile.OPEN_STATES
        living = [grant for grant in grants if grant.is_live]
        before = self.access_id.credential_ids.filtered("remote_id")
        late = {one.id for one in living} - {*before.mapped("remote_id")}
        if late:
            _logger.info("Credential %s: %s more came into being", self.id, len(late))
        self._take_in(living)
        is_listed = self.remote_id in {one.id for one in living}
        if self._came_back() and not is_listed:
            self._end("revoked")
            self.access_id._note_success()
        self._note_looked(self.looks_again + 1)
        if was_over:
            self._doubt_successors(is_moved=bool(living))

    def _record_look_at_person(self, grant):
        """Have a person taken out whom the order has put into its group late."""
        self._record_look_again([grant] if grant else [])

    def _doubt_successors(self, is_moved):
        """Have the credentials made anew, or asked for, that let the same person in.

        :param bool is_moved: whether the person is known to be elsewhere, by an order
            of ours that was carried out late. So nobody at Exivo has taken it out.
        """
        living = self._get_others_of_person().filtered(lambda one: one.state == "live")
        if is_moved:
            living._change_state("revoking", lease=False)
        else:
            living.ask_at = fields.Datetime.now()
        living.access_id.due_at = fields.Datetime.now()
        for access in living.access_id:
            access._update_state()

    def _share_doubt(self):
        """Have this person looked at for as long as another order may still move it."""
        doubtful = self._get_others_of_person().filtered("look_again_at")
        if doubtful and not self.look_again_at:
            last = doubtful.sorted("look_again_at")[-1]
            self.look_again_at = last.look_again_at
            self.looks_again = last.looks_again

    def _get_person_id(self):
        """Return the id of the person who has been let in; none for other kinds.

        :rtype: str
        """
        self.ensure_one()
        is_person = self.kind == adapters.PERSON
        return (is_person and self.remote_id or "").partition("/")[0]

    def _get_others_of_person(self):
        """Return all other credentials that are, or were, the same person at Exivo.

        :rtype: exivo.credential
        """
        person_id = self._get_person_id()
        if not person_id:
            return self.browse()
        access = self.access_id
        # by its index: a subquery beside it would read all credentials ever made
        access |= access.search([("partner_id", "in", access.partner_id.ids)])
        found = self.search(
            Domain("site_id", "=", self.site_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("access_id", "in", access.ids)
        )
        return (found - self).filtered(lambda one: one._get_person_id() == person_id)

    def _record_ask(self, grant):
        """Note that it is still there, or else that somebody took it away."""
        self.ask_at = False
        if grant and (grant.is_live or (grant.is_over and self._ends_soon())):
            return
        if grant:
            self._note_gone()
        else:
            self._record_unknown(self)
        if self.access_id.site_id._has_many_gone():
            # The site seems to have forgotten; then later credentials need not be asked
            # for one by one.
            wake(self.env, "ir_cron_compare")
