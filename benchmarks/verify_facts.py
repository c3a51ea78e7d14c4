"""Turns a box score into facts by the mapping; knows nothing of texts and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from jixiao.gate import FactSet, parse_facts

MAPPING = Path(__file__).with_name("verify_mapping.yaml")
SIDES = ("home", "vis")
TEAMS = {"home": "@home", "vis": "@vis"}
"""Ids of the teams; no text holds them, as it may hold the word home."""
Row = Mapping[str, str]
Players = dict[str, dict[str, Any]]


def mapping() -> dict[str, Any]:
    """Return the mapping."""
    content: dict[str, Any] = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    return content


def facts_of(game: dict[str, Any], known: dict[str, Any]) -> FactSet:
    """Return the facts of one game.

    Args:
        game: One line of ``shared_task.jsonl``; its human-written texts are not looked at.
        known: The mapping.
    """
    day = datetime.strptime(game["day"], "%m_%d_%y").date()  # noqa: DTZ007
    period = {"start": day.isoformat(), "end": (day + timedelta(days=1)).isoformat()}
    players = _players(game)
    values = [*_team_values(game, players, known), *_player_values(game, players, known)]
    facts = [
        {
            "id": f"f{place}",
            "subject": subject,
            "measure": measure,
            "value": value,
            "unit": known["units"].get(measure),
            "period": period,
        }
        for place, (subject, measure, value) in enumerate(values)
    ]
    content = {
        "version": 1,
        "facts": facts,
        "subjects": _subjects(game, players, known),
        "words": known["words"],
    }
    return parse_facts(content, "box score")


def _players(game: dict[str, Any]) -> Players:
    """Return those who played, by row; each with columns, side and whether he started."""
    box = game["box_score"]
    names = {game[f"{side}_city"]: side for side in SIDES}
    same = game["home_city"] == game["vis_city"]
    found: Players = {}
    for place, row in enumerate(sorted(box["PLAYER_NAME"], key=int)):
        columns = {column: box[column][row] for column in box}
        side = names[columns["TEAM_CITY"]]
        if same:  # two teams of one city: the home team's players come first
            side = "home" if place < len(box["PLAYER_NAME"]) // 2 else "vis"
        found[row] = {**columns, "side": side, "starts": columns["START_POSITION"] != "N/A"}
    return found


def _number(text: str) -> float | None:
    return None if text == "N/A" else float(text)


def _team_values(
    game: dict[str, Any], players: Players, known: dict[str, Any]
) -> Iterable[tuple[str, str, Any]]:
    lines = {side: game[f"{side}_line"] for side in SIDES}
    points = {side: float(lines[side]["TEAM-PTS"]) for side in SIDES}
    for side, other in (SIDES, SIDES[::-1]):
        line = lines[side]
        team = TEAMS[side]
        for column, measure in known["team"].items():
            yield team, measure, _number(line[column])
        for measure, columns in known["sums"].items():
            yield team, measure, sum(float(line[column]) for column in columns)
        for measure, column in known["totals"].items():
            own = [_number(one[column]) for one in players.values() if one["side"] == side]
            yield team, measure, sum(value for value in own if value is not None)
        for measure, value in _parts(side, players, known):
            yield team, measure, value
        for measure, value in _leads(line, lines[other], known):
            yield team, measure, value
        yield team, "result", "win" if points[side] > points[other] else "loss"
        yield team, "venue", "home" if side == "home" else "away"
        yield team, "gap at end", abs(points[side] - points[other])
        for measure, column in known["team_ranks"].items():
            first = float(line[column]) >= float(lines[other][column])
            yield team, measure, 1.0 if first else 2.0


def _parts(side: str, players: Players, known: dict[str, Any]) -> Iterable[tuple[str, float]]:
    """Yield what starters and reserves of a team scored, and how many had ten points or more."""
    groups = {group: _points(side, group, players) for group in ("team", "starters", "reserves")}
    for measure, group in known["group_points"].items():
        yield measure, sum(groups[group])
    for measure, group in known["counts"].items():
        yield measure, float(sum(value >= 10 for value in groups[group]))


def _points(side: str, group: str, players: Players) -> list[float]:
    some = [one for one in players.values() if one["side"] == side]
    if group != "team":
        some = [one for one in some if bool(one["starts"]) == (group == "starters")]
    return [value for one in some if (value := _number(one["PTS"])) is not None]


def _leads(line: Row, other: Row, known: dict[str, Any]) -> Iterable[tuple[str, float]]:
    """Yield by how much a team led at the end of its parts of the game, and how often it did."""
    margins = list(accumulate(float(line[name]) - float(other[name]) for name in known["parts"]))
    yield "ends of quarters in the lead", float(sum(margin > 0 for margin in margins))
    yield "least lead from halftime", min(margins[1:])
    yield "mid gap", margins[1]
    yield "mid lag", -margins[1]


def _player_values(
    game: dict[str, Any], players: Players, known: dict[str, Any]
) -> Iterable[tuple[str, str, Any]]:
    active = {row: one for row, one in players.items() if _number(one["PTS"]) is not None}
    results = {s: v for s, m, v in _team_values(game, players, known) if m == "result"}
    for row, one in active.items():
        subject = f"player{row}"
        for column, measure in known["player"].items():
            yield subject, measure, _number(one[column])
        figures = [_number(one[column]) or 0.0 for column in known["double_figures"]]
        yield subject, "double figures", float(sum(value >= 10 for value in figures))
        yield subject, "role", "starter" if one["starts"] else "reserve"
        yield subject, "result", results[TEAMS[one["side"]]]
        for measure, rule in known["ranks"].items():
            inside = _among(rule["among"], one)
            yield subject, measure, _rank(row, active, rule["column"], inside)
        for measure, group in known["counts"].items():
            inside = _among(group, one)
            some = [float(other["PTS"]) for other in active.values() if inside(other)]
            yield subject, measure, float(sum(value >= 10 for value in some))


def _among(group: str, one: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    """Return who is compared with a player."""

    def inside(other: dict[str, Any]) -> bool:
        if group == "game":
            return True
        mate = bool(other["side"] == one["side"])
        if group == "team":
            return mate
        return mate and bool(other["starts"]) == (group == "starters")

    return inside


def _rank(
    row: str, active: Players, column: str, inside: Callable[[dict[str, Any]], bool]
) -> float:
    mine = float(active[row][column])
    return 1.0 + sum(float(one[column]) > mine for one in active.values() if inside(one))


def _subjects(
    game: dict[str, Any], players: Players, known: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    same = game["home_city"] == game["vis_city"]
    for side in SIDES:
        name, city = game[f"{side}_name"], game[f"{side}_city"]
        more = known["teams"].get(name, {})
        names = [f"{city} {name}", name, *more.get("also", [])]
        if more.get("city"):
            names.append(f"{more['city']} {name}")
        if not same:
            names += [city, *([more["city"]] if more.get("city") else [])]
        found[TEAMS[side]] = {"names": list(dict.fromkeys(names)), "kind": "group"}
        if side == "home":
            places = [*more.get("arenas", []), *([more["place"]] if "place" in more else [])]
            found["arena"] = {"names": places, "kind": "place", "of": TEAMS[side]}
    for row, one in players.items():
        names = [one["PLAYER_NAME"]]
        if one["SECOND_NAME"] != "N/A":
            names += [one["SECOND_NAME"], f"{one['FIRST_NAME']} {one['SECOND_NAME']}"]
        found[f"player{row}"] = {"names": names, "kind": "person", "of": TEAMS[one["side"]]}
    return found
