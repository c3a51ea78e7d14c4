"""What programs send: the base of every body of the API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What is sent; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")
