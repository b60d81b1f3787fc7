# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Makes pages: escaped templates, and headers that keep them harmless."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.routing import Route

HERE = Path(__file__).parent

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    # A visit's link is a secret: it must not travel to other sites.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def form_route(path, show, act) -> Route:
    """Return the route of a page and of what its form does.

    It is one for both methods, so that a wrong one is answered with both.
    """

    async def endpoint(request):
        return await (act if request.method == "POST" else show)(request)

    return Route(path, endpoint, methods=["GET", "POST"])


def render(template: str, status: int = 200, **values) -> HTMLResponse:
    """Return a page made from a template."""
    text = _templates.get_template(template).render(values)
    return HTMLResponse(text, status, HEADERS)
