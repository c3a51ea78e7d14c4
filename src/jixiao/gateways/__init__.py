"""Doors to the outside world: the workspace and model folders, language models, mail."""

from jixiao.contracts import Chat, WriterSettings
from jixiao.gateways.mail import Mailer
from jixiao.gateways.model_folder import ModelFolder
from jixiao.gateways.workspace_folder import WorkspaceFolder

__all__ = ["Mailer", "ModelFolder", "WorkspaceFolder", "open_chat"]


def open_chat(settings: WriterSettings, key: str = "") -> Chat:
    """Return the language model of the settings: local weights, or an endpoint.

    Args:
        settings: Folder of weights, or address and model; checked already.
        key: Secret of the endpoint.
    """
    if settings.folder:
        from jixiao.gateways.chat_weights import WeightsChat

        return WeightsChat(settings)
    from jixiao.gateways.chat_endpoint import EndpointChat

    return EndpointChat(settings, key)
