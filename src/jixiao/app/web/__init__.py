"""The web application over HTTP: pages and the API; thin, no decisions.

``create_app`` puts routes together; every route names an action of the access policy.
"""

from jixiao.app.web.application import create_app

__all__ = ["create_app"]
