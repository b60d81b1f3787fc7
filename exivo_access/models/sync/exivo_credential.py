# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta, timezone

from odoo import fields, models

from ... import adapters
from ... import api as exivo
from ...tools import envelope
from ...tools.calls import NotMade, stops_site
from ...tools.language import for_staff
from ...tools.transactions import wake
from .exivo_access import REFUSALS

#: The outcome of a call counts if its credential is in this state. Whoever comes after
#: the lease may find that another worker has found out meanwhile.
AWAITED = {
    "grant": "creating",
    "look_up": "creating",
    "get": "live",
    "revoke": "revoking",
}
#: A creation that got no answer is looked up after this time: by then Exivo has either
#: carried it out or never will.
LOOK_UP_DELAY = timedelta(seconds=15)
#: What was looked at so often, some minutes long, is known to Exivo if it is there.
ASKED_UNTIL_KNOWN = 6


class ExivoCredential(models.Model):
    """A credential writes down what became of a call that was made for it.

    Only what is known is written: a creation that may have been carried out stays
    *creating* and is looked up, and a revocation stays owed until it is confirmed.
    """

    _inherit = "exivo.credential"

    def _record(self, name, outcome):
        """Write down what became of one call, and what follows from it.

        :param str name: of the call.
        :param outcome: what the adapter returned, an error, or a :class:`NotMade`.
        :return: whether nothing is left to do for the access.
        :rtype: bool
        """
        self.ensure_one()
        if self._is_second_look(name):
            self._record_second_look(name, outcome)
        elif not self._is_awaited(name, outcome):
            return False
        elif isinstance(outcome, NotMade):
            self._record_not_made(name, outcome)
            return False
        elif name == "get" and isinstance(outcome, exivo.NotFound):
            self._record_answer(name, None)
        elif isinstance(outcome, adapters.GrantGone):
            self._end("void")
            self._record_unknown(self.access_id._get_last_person())
            return False
        elif isinstance(outcome, exivo.ExivoError):
            self._record_error(name, outcome)
            return False
        else:
            self._record_answer(name, outcome)
        self.access_id._update_state()
        return not self.access_id._decide().actions

    def _is_awaited(self, name, outcome):
        """Tell whether an outcome still counts.

        What was made must not be lost, even if another worker has looked it up in vain
        before. But that this call made nothing says nothing about what the other worker
        did.
        """
        is_made = name == "grant" and not isinstance(
            outcome, NotMade | exivo.ExivoError
        )
        return self.state == AWAITED[name] or (is_made and self.state == "void")

    # === WHAT EXIVO HAS ANSWERED === #

    def _record_answer(self, name, answer):
        """Write down what the lock system has said."""
        access = self.access_id
        access.site_id._note_answer()
        access.due_at = fields.Datetime.now()
        if name == "grant":
            self._adopt(answer)
        elif name == "look_up":
            self._record_look_up(answer)
        elif name == "get":
            self._record_state_there(answer)
        elif name == "revoke":
            self._record_revocation(is_known=answer)

    def _adopt(self, grant):
        """Note that the grant exists: from now on the credential stands for it."""
        access = self.access_id
        access._note_success()
        self._change_state(
            "live",
            remote_id=grant.id,
            link=envelope.wrap(grant.link),
            confirmed=grant.is_confirmed,
            made_at=grant.is_confirmed and fields.Datetime.now(),
            lease=False,
        )
        if grant.start:
            start = grant.start.astimezone(timezone.utc).replace(tzinfo=None)
            # A clock over there that is ahead lets in earlier than is wanted by ours.
            self.start = max(self.start, start)
        self.env["exivo.person"]._note(access, grant)
        if not self._is_usable():
            access.failure_type = access.last_failure_type = "no_link"
            self._ask_again_later()
        left_out = grant.left_out or self._find_left_out(grant.opens)
        if left_out:
            self._note_left_out(left_out)

    def _find_left_out(self, opened):
        """Return which of its locks a grant does not open, by Exivo's ids.

        :param frozenset opened: the ids of those it opens, ``None`` where that is not
            said. Ids of which none was ordered are of a kind that is not documented.
        :rtype: frozenset
        """
        if opened is None:
            return frozenset()
        ordered = frozenset(self.lock_ids.filtered("active").mapped("remote_id"))
        return ordered - opened if opened & ordered or not opened else frozenset()

    def _note_left_out(self, remote_ids):
        """Give up a grant that does not open all that is promised: it is revoked.

        Staff choose other doors; ordered again, it would be made without them again.
        """
        lacking = self.lock_ids.filtered(lambda lock: lock.remote_id in remote_ids)
        self.is_lacking = True
        self.access_id._note_failure(
            "rejected",
            for_staff(self, self.access_id.company_id).env._(
                "Made without: %(locks)s", locks=", ".join(lacking.mapped("name"))
            ),
        )

    def _record_look_up(self, grants):
        """Write down what became of a creation that had no answer."""
        alive = [grant for grant in grants if grant.is_live]
        if alive:
            self._adopt(alive[0])
        elif grants:
            self.remote_id = grants[0].id
            self._end("revoked")
            self.env["exivo.person"]._note(self.access_id, grants[0])
        else:
            self._end("void")
        # One look is no verdict: the order may be carried out late, or twice.
        self._take_in(alive)
        self._note_looked(0)

    def _record_state_there(self, grant):
        """Write down whether what was ordered is there now.

        :param adapters.Grant grant: ``None`` if the lock system does not know it.
        """
        access = self.access_id
        if not grant and self.looks >= ASKED_UNTIL_KNOWN:
            self._note_unknown()
            return
        if not grant or (grant.is_over and self._ends_soon()):
            self._ask_again_later()
            return
        if not grant.is_live:
            self._note_gone()
            return
        if grant.link and not self.link:
            self.link = envelope.wrap(grant.link)
        if self._awaits_link():
            self._ask_again_later()
            return
        if access.failure_type == "no_link":
            access._forget_failure()
        access._note_success()
        if grant.is_confirmed:
            self._confirm()
        else:
            self._ask_again_later()

    def _record_unknown(self, credential):
        """Have the access removed, since Exivo does not know its credential."""
        self.access_id.site_id._note_answer()
        credential._note_unknown()

    def _record_revocation(self, is_known):
        """Write down that it opens nothing any more.

        It may live all the same if Exivo does not know it. Where Exivo has listed it
        since it said so, the revocation stays owed until a list is without it.

        :param bool is_known: whether Exivo knows what was revoked.
        """
        access = self.access_id
        came_back = self._came_back()
        if is_known or not came_back:
            self._end("revoked")
            access._note_success()
        else:
            access._postpone("unclear")
            self._let_go("revoke")
        if not is_known and not (came_back and self.look_again_at):
            self._note_looked(0)
        self._share_doubt()

    # === WHAT WENT WRONG === #

    def _record_not_made(self, name, outcome):
        """Write down that nothing was sent by the present key and secret.

        The access goes on when its site is called again.

        :param NotMade outcome: says why the site cannot be called.
        """
        self.access_id._leave_to_site(name, outcome.error)
        self._let_go(name, outcome.maybe_done)

    def _record_error(self, name, error):
        """Keep what we know, and decide when to try again."""
        access = self.access_id
        access.site_id._note_failed_call(error)
        # Without an answer it may as well be this call that Exivo cannot carry out.
        if error.refuses_site or (stops_site(error) and not error.maybe_done):
            access._leave_to_site(name, error)
            if name == "grant" and isinstance(error, exivo.RateLimited):
                access._note_limited()
        elif isinstance(error, adapters.LocksGone):
            access._go_on_without(error)
        else:
            failure_type = access._get_failure_type(name, error)
            # Where staff can do something, their words say it better than the error.
            reason = failure_type not in REFUSALS.values() and error.message
            access._postpone(failure_type, reason, access._get_facts_of(name, error))
        self._let_go(name, error.maybe_done)

    def _let_go(self, name, maybe_done=False):
        """Write down that the call is over without success.

        The credential stays as it is where its outcome is unknown, or its revocation is
        still owed. If the creation surely did not happen, the credential is void.
        """
        access = self.access_id
        if name == "grant" and maybe_done:
            access.due_at = max(access.due_at, fields.Datetime.now() + LOOK_UP_DELAY)
        if name == "revoke" and maybe_done and self.kind == adapters.PERSON:
            # Carried out late, it takes out whoever has come back since.
            self._note_looked(0)
        if name == "grant" and not maybe_done:
            self._end("void")
        else:
            self.lease = access.due_at
        access._update_state()
        # Holders are told what works already, without waiting for this access any
        # longer.
        siblings = access._get_siblings() - access
        told = siblings.filtered(lambda one: one.state == "created")._get_unheld()
        told.due_at = fields.Datetime.now()
        if told.site_id - self.site_id:  # another lane may have it
            wake(self.env, "ir_cron_synchronise")
