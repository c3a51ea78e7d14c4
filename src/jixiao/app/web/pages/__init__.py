"""Pages, one file for each area; ``ROUTES`` are all of them."""

from jixiao.app.web.pages import account, health, home, sign_in
from jixiao.app.web.routing import Routes

ROUTES: tuple[Routes, ...] = (health.routes, sign_in.routes, home.routes, account.routes)

__all__ = ["ROUTES"]
