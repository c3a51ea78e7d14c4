"""The office: people, what they may see and decide, and the trail their decisions leave.

Use cases of the web application. It knows no HTTP and no SQL: records come through the Protocol of
``contracts.office``, data, models and reports through a ``Workspace``.
"""

from jixiao.office.access import ACTIONS, Reach, Sight, reach, require, seen_person, sight
from jixiao.office.accounts.accounts import (
    ROLES,
    add_account,
    change_account,
    recover,
    start_recovery,
)
from jixiao.office.accounts.devices import Device
from jixiao.office.accounts.keys import key_viewer, known_key, make_key, revoke_key
from jixiao.office.accounts.own_account import (
    SecondFactor,
    change_password,
    offer_second_factor,
    set_second_factor,
)
from jixiao.office.accounts.signing_in import (
    SignedIn,
    second_factor_missing,
    show_second_factor,
    sign_in,
    sign_out,
    viewer_of,
)
from jixiao.office.office import Office
from jixiao.office.safety.backup import back_up, put_back
from jixiao.office.safety.erasure import ErasureResult, erase_again, erase_person
from jixiao.office.safety.trail import (
    PAGE,
    TrailFilter,
    TrailPage,
    TrailResult,
    export_trail,
    read_trail,
    verify_trail,
)
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer

__all__ = [
    "ACTIONS",
    "PAGE",
    "ROLES",
    "Device",
    "ErasureResult",
    "Office",
    "Reach",
    "SecondFactor",
    "Sight",
    "SignedIn",
    "TrailFilter",
    "TrailPage",
    "TrailResult",
    "Tree",
    "Viewer",
    "add_account",
    "back_up",
    "change_account",
    "change_password",
    "erase_again",
    "erase_person",
    "export_trail",
    "key_viewer",
    "known_key",
    "make_key",
    "offer_second_factor",
    "put_back",
    "reach",
    "read_trail",
    "recover",
    "require",
    "revoke_key",
    "second_factor_missing",
    "seen_person",
    "set_second_factor",
    "show_second_factor",
    "sight",
    "sign_in",
    "sign_out",
    "start_recovery",
    "verify_trail",
    "viewer_of",
]
