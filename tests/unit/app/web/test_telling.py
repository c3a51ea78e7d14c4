"""Chinese pages say everything in Chinese: errors by code, reasons and stages by pattern."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
import yaml
from fastapi.routing import APIRoute
from tests.office_case import ROLES, browser, make_office
from tests.owners_case import CALLERS, MARKS, ids, make_owners
from tests.paper_case import report

import jixiao
from jixiao.app.cli.main import main
from jixiao.app.web import create_app
from jixiao.app.web.rendering import say
from jixiao.app.web.routing import PUBLIC, action_of
from jixiao.app.web.telling import phrase, reasons, told
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts.office import Account, Cycle, Entry, Job, Person, Post
from jixiao.core import Conflict, TooMany
from jixiao.office import Office

SOURCE = Path(jixiao.__file__).parent
WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}")
ACTION = re.compile(r'changing\(\s*\w+, "([a-z_]+\.[a-z_]+)"')
CODE = re.compile(r'"(JX-E\d{3}(?:\.[a-z0-9-]+)?)"')
REVIEWED = frozenset(
    yaml.safe_load(Path(__file__).with_name("latin_words.yaml").read_text("utf-8"))
)
"""Latin words that may stand on a Chinese page: names of formats, models and codes."""
NAMES = (
    "兰亭",
    "王芳",
    "李强",
    "陈静",
    "刘洋",
    "赵敏",
    "孙磊",
    "周杰",
    "吴桐",
    "郑爽",
    "冯涛",
    "褚宁",
)


def codes() -> set[str]:
    found = {
        code for path in SOURCE.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))
    }
    assert len(found) > 250
    return found


def test_every_code_of_the_product_has_a_chinese_sentence() -> None:
    for code in codes():
        said = told({"code": code, "place": "report", "expected": "1 to 9", "hint": "5"}, "zh")
        assert re.search("[一-鿿]", said.text), code
        assert not re.search("[{}]", said.text), code
        assert said.text.endswith(("。", "?")), code


def test_no_sentence_stands_for_a_code_that_is_gone() -> None:
    kept = yaml.safe_load((SOURCE / "app/web/errors.zh.yaml").read_text("utf-8"))
    families = {one.partition(".")[0] for one in codes()}
    # codes of findings that are put together from parts
    assert set(kept) - codes() - families - {"places", "JX-E104"} == set()


def test_an_error_keeps_its_numbers_and_its_english_words() -> None:
    long = Conflict("JX-E794", "comment", expected="at most 4000 characters", got="9000 characters")
    assert told(long, "zh").text == "文字须为1至4000个字符。"
    assert "got 9000 characters" in told(long, "zh").original
    assert told(long, "en").text == "at most 4000 characters"
    assert told(long, "en").original == ""
    often = TooMany(
        "JX-E730", "sign-in", expected="fewer", got="many", hint="wait 45 seconds", wait_s=45
    )
    assert told(often, "zh").text.startswith("错误次数过多，请在45秒后")
    row = Conflict("JX-E776", "row 12", expected="an end that is not before", got="an earlier day")
    assert told(row, "zh").place == "第12行"


def test_reasons_and_stages_are_said_part_by_part_and_own_comments_stay() -> None:
    assert phrase("epoch 2/10", "zh") == "第2轮，共10轮"
    assert phrase("94% different values and named like a key; never a feature", "zh") == (
        "94%的取值各不相同，列名像是编号；不用于建模"
    )
    assert phrase("protected attribute (gender); never a feature", "zh") == (
        "受保护属性（性别）；不用于建模"
    )
    assert phrase("asked of HR, 2024", "zh") == "asked of HR, 2024"
    assert phrase("epoch 2/10", "en") == "epoch 2/10"
    why = "JX-E231.wrong-type 评级: expected an integer; JX-E234.duplicate-row row: expected one"
    assert reasons(why, "zh").startswith("评级：单元格与列的类型不符。")
    assert "第一行" in reasons(why, "zh")


def test_every_action_of_the_audit_log_has_a_chinese_name() -> None:
    texts = [path.read_text("utf-8") for path in (SOURCE / "office").rglob("*.py")]
    actions = {one for text in texts for one in ACTION.findall(text)}
    assert len(actions) >= 60
    assert [one for one in sorted(actions) if phrase(one, "zh") == one] == []


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Return a Chinese company: names, units, columns and values."""
    folder = tmp_path_factory.mktemp("chinese")
    rows = [
        {
            "工号": f"E{1 + at % 10}",
            "姓名": NAMES[1 + at % 10],
            "性别": "男女"[at % 2],
            "考核周期": f"202{4 + at // 80}Q{1 + at // 20 % 4}",
            "部门": ("研发部", "销售部")[at % 2],
            "评语": f"第{at}个项目中表现稳定，能够按时完成任务，并主动帮助同事解决问题。",
            "目标完成率": "缺" if at == 7 else str(60 + 8 * (at % 5)),
            "入职日期": f"2019-0{1 + at % 9}-11",
            "评级": "9" if at == 3 else str(1 + at % 5),
        }
        for at in range(120)
    ]
    pl.DataFrame(rows).write_csv(folder / "reviews.csv")
    words = ["init", str(folder / "w"), "--data", str(folder / "reviews.csv"), "--quiet"]
    assert main(words, open_workspace, open_office) == 0
    made = make_office(folder / "w")
    contract = made.workspace.store.read_settings()
    make_owners(made)  # brings a contract of its own
    (folder / "w" / "jixiao.yaml").write_text(contract, "utf-8")
    _chinese(made)
    yield made
    made.store.close()


def _chinese(made: Office) -> None:
    units = {"Lanting": "兰亭", "Optics": "光学", "Lenses": "镜头", "Sales": "销售"}
    with made.store.changing(Entry("test", "names", "all")) as change:
        for at, person in enumerate(change.find(Person)):
            change.replace(person, name=NAMES[at % len(NAMES)], email="")
        for post in change.find(Post):
            parts = [units.get(one, "总部") for one in post.unit.split("/")]
            change.replace(post, unit="/".join(parts), title="")
        for account in change.find(Account):
            change.replace(account, language="zh")
        change.replace(change.get(Cycle, "cycle-1"), name="年终考核")
        failed = Conflict("JX-E755", "jixiao.yaml", expected="no job at work", got="one", hint="w")
        common = {"arguments": {}, "by": "a-analyst", "created": made.clock()}
        told_of = {"kind": "report", **common}
        ended = {"error": failed.to_json()}
        moving = {"stage": "reports", "done": 3, "total": 9}
        change.add(
            Job(id="job-2", state="running", result={}, **moving, **told_of),
            Job(id="job-3", state="failed", result=ended, **told_of),
        )


class _Shown(HTMLParser):
    """Gathers what a page says to its reader, but for codes and what is marked as English."""

    _SILENT = frozenset({"script", "style", "code", "svg", "head"})
    _VOID = frozenset({"br", "img", "input", "link", "meta", "hr", "wbr", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        is_code = told.get("class") == "code" or tag in self._SILENT or told.get("lang") == "en"
        is_silent = self._silent[-1] or is_code
        if not is_silent:
            names = ("aria-label", "title", "alt", "placeholder")
            self.said += [told[name] for name in names if name in told]
        if tag not in self._VOID:
            self._silent.append(is_silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._VOID:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent[-1]:
            self.said.append(data)


def latin_runs(text: str) -> set[str]:
    """Return the Latin words a reader of a page is shown."""
    page = _Shown()
    page.feed(text)
    return set(WORD.findall(" ".join(page.said)))


def addresses(made: Office) -> list[str]:
    known = ids(made)
    found = []
    for route in create_app(made).routes:
        if not isinstance(route, APIRoute) or "GET" not in route.methods:
            continue
        if route.path.startswith("/api/") or action_of(route) == PUBLIC or "file." in route.path:
            continue
        found.append(re.sub(r"\{(\w+)\}", lambda name: known[name.group(1)], route.path))
    return sorted(found)


@pytest.mark.parametrize("login", ["analyst", "administrator", "manager", "rose-login", "auditor"])
def test_pages_of_a_chinese_company_hold_no_english(office: Office, login: str) -> None:
    client, own = browser(office, login), _own_words()
    seen = 0
    wrong: dict[str, set[str]] = {}
    for address in addresses(office):
        answer = client.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        seen += answer.status_code == 200
        left = latin_runs(answer.text) - REVIEWED - {*own, *ROLES, *CALLERS.values()}
        if left:
            wrong[address] = left
    assert seen > 8
    assert not wrong, "\n".join(f"{at}: {sorted(words)}" for at, words in wrong.items())


def _own_words() -> set[str]:
    """Return the words of the report, answers and entries of this test, which are in English."""
    told = [*MARKS.values(), report().model_dump_json(), "Snowdrop, it is wrong"]
    told.append("begin all names people forms login rest again")  # entries of the fixtures
    return {one for text in told for one in WORD.findall(text)}


def test_refusals_on_pages_are_said_in_chinese(office: Office) -> None:
    analyst, admin = browser(office, "analyst"), browser(office, "administrator")
    answers = [
        analyst.post("/data/uploads", files={"file": ("a.csv", b"\x89PNG...")}),
        analyst.post("/cycles", data={"name": "", "period": "x"}),
        analyst.post("/jobs/job-1/retry"),
        analyst.get("/settings"),
        admin.post("/settings/hooks", data={"url": "http://here", "events": "job.end"}),
        admin.post("/accounts", data={"login": "!", "roles": "employee"}),
    ]
    for answer in answers:
        assert answer.status_code >= 400, answer.url
        assert latin_runs(answer.text) - REVIEWED - {*ROLES, *CALLERS.values()} == set(), answer.url
    assert say("base.original", "zh") in answers[0].text


def test_english_pages_hold_no_chinese_of_errors(office: Office) -> None:
    with office.store.changing(Entry("test", "language", "account")) as change:
        change.replace(change.get(Account, "a-analyst"), language="en")
    sent = {"file": ("a.csv", b"\x89PNG...")}
    shown = browser(office, "analyst").post("/data/uploads", files=sent)
    assert shown.status_code == 422
    assert say("base.original", "en") not in shown.text
    problem = shown.text.partition('<div class="problem"')[2].partition("</div>")[0]
    assert re.search("[A-Za-z]{4}", problem)
    assert not re.search("[一-鿿]", problem)
