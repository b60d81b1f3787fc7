# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ... import api as exivo
from .exivo_site import UUID


class ExivoSite(models.Model):
    """A site tells its administrator how it is, above all why Exivo refused it."""

    _inherit = "exivo.site"

    failure_facts = fields.Json(
        readonly=True,
        copy=False,
        help="What is wrong, by its kind: whoever reads it has another language than "
        "what has found it.",
    )
    failure_reason = fields.Char(
        string="What Is Wrong",
        compute="_compute_failure_reason",
        compute_sudo=True,
    )

    @api.depends("failure_facts", "remote_id", "api_url", "verified_url")
    @api.depends_context("lang")
    def _compute_failure_reason(self):
        for site in self:
            facts = site.failure_facts
            site.failure_reason = site._word_failure(facts) if facts else False

    def _notification(self, kind, message):
        """Tell the user how something went, and show the record anew.

        What is wrong stays for longer, but not beyond the next answer
        (``static/src/views/site_answer.js``).

        :param str kind: ``success``, ``info``, ``warning`` or ``danger``.
        :param str message: for the user.
        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "exivo_site_answer",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _word_error(self, error):
        """Say in the administrator's words what an error means and what to do.

        :param exivo.ExivoError error: what the client raised.
        :rtype: str
        """
        return self._word_failure(self._get_failure_facts(error))

    def _get_failure_facts(self, error):
        """Return what is kept of an error: it is worded for whoever reads it.

        Exivo does not document its refusals; a 401 stands for key or secret (it is
        checked first), an unknown address for the site ID.

        :param exivo.ExivoError error: what the client raised.
        :rtype: dict
        """
        self.ensure_one()
        kinds = {
            "inside": isinstance(error, exivo.Barred),
            "other": isinstance(error, exivo.OtherSite),
            "key": isinstance(error, exivo.Unauthorized),
            "forbidden": isinstance(error, exivo.Forbidden),
            "unknown": isinstance(error, exivo.NotFound)
            or (isinstance(error, exivo.Rejected) and not UUID.match(self.remote_id)),
            "unreachable": isinstance(error, exivo.Unreachable),
            "odd": isinstance(error, exivo.InvalidAnswer),
            "limited": isinstance(error, exivo.RateLimited),
            "trouble": error.transient,
            "refused": True,
        }
        kind = next(kind for kind, is_so in kinds.items() if is_so)
        return {"kind": kind, "message": error.message}

    def _word_failure(self, facts):
        """Put what is kept of a failure into words.

        :param dict facts: see :meth:`_get_failure_facts`.
        :rtype: str
        """
        self.ensure_one()
        kind, message = facts["kind"], facts.get("message", "")
        if kind == "inside":
            return self._explain_inside()
        if kind == "doubt":
            return self._word_doubt()
        if kind == "other":
            return self.env._(
                "%(url)s answers for another site than %(site_id)s. Check the API "
                "address and the site ID.",
                url=self.api_url,
                site_id=self.remote_id,
            )
        if kind == "key":
            return self.env._(
                "Exivo refused the API key or the API secret (it does not say which "
                "of the two). Check both, or generate new ones in Exivo under API "
                "settings."
            )
        if kind == "forbidden":
            return self.env._(
                "Exivo knows the API key, but does not let it work on this site ID. "
                "Check the site ID, and that the connection service is active. "
                "(%(message)s)",
                message=message,
            )
        if kind == "unknown":
            return self.env._(
                "Exivo does not know the site ID %(site_id)s. Copy it from Exivo's "
                "API settings.",
                site_id=self.remote_id,
            )
        if kind == "unreachable":
            return self.env._(
                "No connection to %(url)s. Check the API address and the network.",
                url=self.api_url,
            )
        if kind == "odd":
            return self.env._(
                "%(url)s answers, but not like Exivo. Check the API address.",
                url=self.api_url,
            )
        if kind == "limited":
            return self.env._("Exivo asks to be called less often (%s).", message)
        if kind == "trouble":
            return self.env._(
                "Exivo has trouble answering (%(message)s). Try again in a while.",
                message=message,
            )
        if kind == "refused":
            return self.env._("Exivo refused the request: %(message)s", message=message)
        return message  # an earlier version has kept the words
