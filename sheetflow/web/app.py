"""The dashboard as one application: every page, who may open it, and what holds for all of them.

make_app(Path("my-campaign"))     # an ASGI application, to be mounted at /
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sheetflow.clock import Clock
from sheetflow.hosting.hearing import Hearing
from sheetflow.web import (
    entering,
    home,
    hooks,
    looks,
    pausing,
    people,
    pictures,
    plans,
    recipes,
    replying,
    restoring,
    runs,
    settling,
    stopping,
    unsubscribing,
)
from sheetflow.web.access import Access, Role
from sheetflow.web.hardening import Hardening, Headed
from sheetflow.web.public import PublicPage, public_routes
from sheetflow.web.site import Site
from sheetflow.web.visit import Refused, View, Visit, guarded

SEEN: Mapping[str, View] = {
    "/": home.home,
    "/waiting": stopping.waiting,
    "/waiting/{cause}": stopping.cause,
    "/recipes/{recipe}": recipes.recipe,
    "/recipes/{recipe}/plan": plans.plan,
    "/recipes/{recipe}/plan/whole": plans.whole_plan,
    "/runs": runs.runs,
    "/runs/{run}": runs.run,
    "/pictures": pictures.pictures,
    "/people": people.people,
    "/people/{person}": people.person,
    "/restored": restoring.restored,
}
"""What a viewer may look at: GET changes nothing."""

DONE: Mapping[str, tuple[View, Role | None]] = {
    "/login": (entering.log_in, None),
    "/logout": (entering.log_out, None),
    "/people": (people.find, Role.VIEWER),
    "/recipes/{recipe}/approve": (plans.approve, Role.APPROVER),
    "/recipes/{recipe}/on": (recipes.switch_it_on, Role.ADMIN),
    "/recipes/{recipe}/off": (recipes.switch_it_off, Role.ADMIN),
    "/recipes/{recipe}/resume": (recipes.resume, Role.ADMIN),
    "/people/{person}/suppress": (people.suppress, Role.ADMIN),
    "/people/{person}/lift": (people.lift, Role.ADMIN),
    "/unsure/{change}": (settling.answer, Role.APPROVER),
    "/restored": (restoring.answer_it, Role.ADMIN),
    "/pause": (pausing.pause, Role.ADMIN),
    "/resume": (pausing.resume, Role.ADMIN),
}
"""What is done, by POST alone, and by whom."""

PUBLIC: Sequence[PublicPage] = (
    PublicPage("/style/{name}.css", looks.style_sheet),
    PublicPage("/icon.svg", looks.mark),
)
"""What anybody may open and do without a login, under the public name and on this machine."""


def make_app(
    folder: Path,
    *,
    access: Access | None = None,
    clock: Clock | None = None,
    hearing: Hearing | None = None,
) -> Starlette:
    """The dashboard of the workspace in `folder`, an ASGI application to be mounted at /.

    `hearing` takes the calls of services; without one, they are kept for whoever looks next.
    Raises SetupError for a door that would stand open to everybody: bound to more than this
    machine, and no users.
    """
    site = Site(folder, access or Access(), clock or Clock())
    site.access.must_fit(has_users=bool(site.users.all()))
    public = _public(site, hearing or Hearing(site.clock))
    doorkeeper = Middleware(Hardening, answers_to=site.access.answers_to)
    dashboard = Starlette(routes=_routes(site), middleware=[doorkeeper])
    return _headed([*public, Mount("/", dashboard)])


def make_public_app(
    folder: Path, *, hearing: Hearing | None = None, clock: Clock | None = None
) -> Starlette:
    """What anybody may open of the workspace in `folder`, and nothing else."""
    site = Site(folder, Access(), clock or Clock())
    return _headed(_public(site, hearing or Hearing(site.clock)))


def _public(site: Site, hearing: Hearing) -> list[BaseRoute]:
    site.hurry = hearing.hurry
    own = (unsubscribing.page(), replying.page(), hooks.page(hearing))
    return public_routes(site, [*PUBLIC, *own])


def beside(dashboard: Starlette, others: ASGIApp, paths: Iterable[str]) -> Starlette:
    """The dashboard and, at these paths, another application, which knows whom it answers."""
    return _headed([*(_at(path, others) for path in paths), Mount("/", dashboard)])


def _headed(routes: list[BaseRoute]) -> Starlette:
    """An application whose own answers are hardened, too, and name no host that was claimed."""
    app = Starlette(routes=routes, middleware=[Middleware(Headed)])
    app.router.redirect_slashes = False  # it would redirect to whatever the Host header says
    return app


def _at(path: str, app: ASGIApp) -> BaseRoute:
    """A route that is all one application's, whatever the method."""
    return Route(path, _All(app))


@dataclass(frozen=True)
class _All:
    """An application as a route takes one: not a function, which would be handed a request."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _routes(site: Site) -> list[BaseRoute]:
    seen = [_get(path, guarded(site, view)) for path, view in SEEN.items()]
    asked = _get("/recipes/{recipe}/on", guarded(site, recipes.ask_to_switch_on, Role.ADMIN))
    login = _get("/login", guarded(site, entering.login, None))
    done = [
        Route(path, guarded(site, view, needs), methods=["POST"])
        for path, (view, needs) in DONE.items()
    ]
    nothing = Route("/{path:path}", guarded(site, _nothing_here, None), methods=["GET", "POST"])
    return [*seen, asked, login, *done, nothing]


def _get(path: str, endpoint: object) -> Route:
    return Route(path, endpoint, methods=["GET"])  # type: ignore[arg-type]  # any endpoint


def _nothing_here(_visit: Visit) -> Response:
    raise Refused(404, "There is no such page.")
