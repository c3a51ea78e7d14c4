"""Doors to the outside world: the workspace folder and the model folder."""

from jixiao.gateways.model_folder import ModelFolder
from jixiao.gateways.workspace_folder import WorkspaceFolder

__all__ = ["ModelFolder", "WorkspaceFolder"]
