import os

import polars as pl
import pytest

from jixiao.core import DataError
from jixiao.services.score_files import ENDINGS, check_out, write_scores


def test_a_source_is_never_overwritten_by_whatever_name_it_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w").mkdir()
    source = tmp_path / "reviews.csv"
    source.write_text("a,b\n")
    os.link(source, tmp_path / "twin.csv")
    (tmp_path / "link.csv").symlink_to(source)
    base = tmp_path / "w"
    for name in ("reviews.csv", "w/../reviews.csv", "twin.csv", "link.csv"):
        with pytest.raises(DataError, match="JX-E292"):
            check_out(tmp_path / name, [str(source)], base)
    with pytest.raises(DataError, match="JX-E292"):
        check_out(base / "own.csv", ["own.csv"], base)
    check_out(base / "reviews.csv", [str(source), "postgresql://h/d"], base)


def test_an_unknown_ending_is_refused_before_anything_is_scored(tmp_path):
    with pytest.raises(DataError, match=r"JX-E291.*\.csv, \.tsv, \.parquet"):
        check_out(tmp_path / "scores.pdf", [], tmp_path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_scores_are_written_with_every_known_ending(ending, tmp_path):
    frame = pl.DataFrame({"row": [0, 1], "score": ["优秀", None], "status": ["scored", "x"]})
    path = tmp_path / f"scores{ending}"
    check_out(path, [], tmp_path)
    write_scores(frame, path)
    assert path.stat().st_size > 0
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
