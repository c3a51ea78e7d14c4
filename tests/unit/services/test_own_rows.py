"""The rows about one person: those alone, without who rated and what was said in confidence."""

from pathlib import Path

from jixiao.contracts import Contract, Settings, Table, Task
from jixiao.gateways import WorkspaceFolder
from jixiao.services.own_rows import rows_about

CONTRACT = Contract(
    tables=(
        Table(name="reviews", source="reviews.csv"),
        Table(name="hours", source="hours.csv", key=("Employee=emp_no",)),
        Table(name="targets", source="targets.csv", key=("Team",)),
    ),
    columns=(
        {"name": "Employee", "role": "subject", "type": "text"},
        {"name": "Reviewer", "role": "rater", "type": "text"},
        {"name": "Team", "role": "group", "type": "text"},
        {"name": "Gender", "role": "protected", "type": "text"},
        {"name": "Remarks", "role": "text", "type": "text"},
        {"name": "Peers", "role": "confidential", "type": "number"},
        {"name": "Hours", "role": "number", "type": "number"},
        {"name": "Target", "role": "number", "type": "number"},
        {"name": "Rating", "role": "target", "type": "number"},
    ),
    task=Task(kind="number", target="Rating"),
)


def test_a_person_gets_the_own_rows_of_every_table_and_nobody_elses(tmp_path: Path) -> None:
    people = ("E1", "E2", "E12")
    (tmp_path / "reviews.csv").write_text(
        "Employee,Reviewer,Team,Gender,Remarks,Peers,Rating\n"
        + "".join(f"{one},Zhou Weiming,North,f,Helped Zhou Weiming a lot,3,4\n" for one in people)
    )
    (tmp_path / "hours.csv").write_text("emp_no,Hours\nE2,8\nE1,7\nE12,6\n")
    (tmp_path / "targets.csv").write_text("Team,Target\nNorth,5\n")
    found = rows_about(Settings(contract=CONTRACT), WorkspaceFolder(tmp_path), "E1")
    assert list(found) == ["reviews", "hours"]
    assert [row["Hours"] for row in found["hours"]] == ["7"]
    (row,) = found["reviews"]
    assert (row["Employee"], row["Gender"], row["Rating"]) == ("E1", "f", "4")
    assert not {"Reviewer", "Peers"} & set(row)
    assert "Weiming" not in str(found)
    assert "E2" not in str(found)
    assert "E12" not in str(found)
