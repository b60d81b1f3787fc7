# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pages for people name only what is there; what goes stale is told."""

import pytest
from lxml import etree

from odoo.addons.exivo_access.models.access.exivo_access_failure import FAILURE_TYPES

from devkit.commands import docs, readme
from devkit.machine.paths import ADDON, ADDONS, ROOT

PAGE = ROOT / "docs" / "architecture.md"
GUIDE = ROOT / "docs" / "administration.md"
#: Put together, or this very file would hold the whole word.
GONE = "gone_for" + "_good"


@pytest.mark.parametrize(
    "page", docs.pages(), ids=lambda page: str(page.relative_to(ROOT))
)
def test_page_names_only_what_is_there(page):
    assert docs.find_stale(page) == []


@pytest.mark.parametrize(
    "text",
    [
        "`models/plan/planner.py` and `exivo_access/`",
        "[there](security.md#from-whom-how-and-what-shows-it)",
        "`_get_wanted_vals` of `exivo.access` and `exivo.site.system`",
        "`EXIVO_KILLS=50 ./dev test tests/faults/test_kills.py`",
        "`./dev demo --check`",
        "`decide` in `reconcile.py`",
        "[a page outside](https://example.com/none) and `/my/doors`",
        "plain words, and `two words` that are no name",
    ],
)
def test_what_is_there_is_not_complained_of(text):
    assert docs.find_stale(PAGE, text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"`models/{GONE}.py`", f"no models/{GONE}.py"),
        (f"`planner/{GONE}/`", f"no planner/{GONE}/"),
        (f"```\nhooks   models/{GONE}.py\n```", f"no models/{GONE}.py"),
        (
            "```\nhooks   models/hooks/res_partner.py, planner.py\n```",
            "no models/hooks/planner.py",
        ),
        (f"`{GONE}`", f"no {GONE}"),
        ("`decide` in `backoff.py`", "no decide in backoff.py"),
        (f"`exivo.{GONE}`", f"no exivo.{GONE}"),
        (f"`exivo.access.{GONE}`", f"no exivo.access.{GONE}"),
        (f"`./dev {GONE}`", f"no command ./dev {GONE}"),
        (f"```console\n./dev {GONE}   # all\n```", f"no command ./dev {GONE}"),
        (f"`./dev demo --{GONE}`", f"no command ./dev demo --{GONE}"),
        (f"`./dev test tests/{GONE}.py`", f"no tests/{GONE}.py"),
        (f"[there]({GONE}.md)", f"no page {GONE}.md"),
        (f"[there](security.md#{GONE})", f"no page security.md#{GONE}"),
        (f"`/my/{GONE}`", f"no /my/{GONE}"),
    ],
)
def test_what_is_not_there_is_named(text, reason):
    assert docs.find_stale(PAGE, text) == [reason]


def test_readme_of_the_add_on_was_made_of_its_pages_as_they_are():
    assert all(map(readme.is_of_these_pages, ADDONS)), "./dev readme makes it"


def test_pictures_of_what_customers_book_are_on_the_description_page():
    usage = (ROOT / ADDON / "readme" / "USAGE.md").read_text("utf-8")
    pictures = (ROOT / ADDON / "static" / "description").glob("book*.png")
    assert [one.name for one in pictures if one.name not in usage] == []


def test_label_that_is_on_no_screen_is_named():
    text = f"*Exivo → Sites*, *Verify authentication*, *Patience*, *{GONE.title()}*"
    assert docs.find_stale(GUIDE, text) == [f"no label {GONE.title()}"]


@pytest.mark.parametrize("label", [label for _value, label in FAILURE_TYPES])
def test_guide_says_what_to_do_about_a_failure(label):
    assert f"| {label} |" in GUIDE.read_text()


def test_guide_says_of_every_alarm_when_it_is_raised():
    data = etree.parse(ROOT / ADDON / "data" / "alarms" / "mail_activity_type_data.xml")
    alarms = data.xpath("//field[@name='name']/text()")
    assert [one for one in alarms if f"| *{one}* |" not in GUIDE.read_text()] == []
