"""Programs that change things on a served company, and a ledger of what they were told is kept."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from tests.e2e.conftest import WORDS

from jixiao.contracts.office import Approval, AuditEntry, Job, Judgement, Paper, Reading, Upload
from jixiao.office import Office

ACTIONS = {"submit": "report.submit", "approve": "report.approve", "withdraw": "report.withdraw"}
"""What the audit log calls a step of a report."""
MOST_OPEN = 3
"""Jobs that are waited for before another one is asked for."""


@dataclass
class Ledger:
    """What programs were answered, and what they asked without an answer.

    Attributes:
        stands: Version, state and text of each report as last answered.
        done: Answered steps by report and action; ``job.start`` by kind of work.
        open: Steps that were sent and not answered.
        judged: Reports whose person was rated.
        uploads: Digest of each file that was answered to be there.
        taken: Files that were answered to be taken in.
        faults: Answers that no program should get.
    """

    stands: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    judged: set[str] = field(default_factory=set)
    uploads: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def step(
        self, about: str, action: str, send: Callable[[], httpx.Response]
    ) -> httpx.Response | None:
        """Send a step and note it as answered or, where the server was gone, as open."""
        with self.lock:
            self.open[about, action] += 1
        answer = send()  # what it raises leaves the step open
        with self.lock:
            self.open[about, action] -= 1
            if answer.status_code < 400:
                self.done[about, action] += 1
                return answer
            if answer.status_code != 409:
                self.faults.append(f"{action}: {answer.status_code} {answer.text[:300]}")
        return None

    def check(self, office: Office) -> list[str]:
        """Return what of all this the records do not show, and settle what was open."""
        with office.reading() as read:
            found = Counter(
                (str(one.detail["work"]) if one.action == "job.start" else one.object, one.action)
                for one in read.find(AuditEntry)
                if one.action in (*ACTIONS.values(), "job.start")
            )
            wrong = [
                f"{key}: {count} answered, {found[key]} kept"
                for key, count in self.done.items()
                if found[key] < count
                or (key[1] != "job.start" and found[key] > count + self.open[key])
            ]
            wrong += self._wrong_papers(read) + self._wrong_uploads(read, office)
        for key in {*self.done, *self.open}:
            if key[1] != "job.start":
                self.done[key] = found[key]
        self.open.clear()
        return wrong + self.faults

    def _wrong_papers(self, read: Reading) -> list[str]:
        wrong = []
        for paper_id, (version, state, text) in self.stands.items():
            now = read.get(Paper, paper_id)
            same = (now.state, now.text) == (state, text)
            if now.version < version or (now.version == version and not same):
                wrong.append(f"{paper_id}: answered {version} {state}, kept {now.version}")
            approvals = read.count(Approval, paper=paper_id, text=now.text, void=None)
            if now.state == "approved" and approvals != 1:
                wrong.append(f"{paper_id}: approved {approvals} times")
        rated = {one.subject for one in read.find(Judgement)}
        wrong += [f"{one}: no rating" for one in self.judged if _person(read, one) not in rated]
        return wrong

    def _wrong_uploads(self, read: Reading, office: Office) -> list[str]:
        wrong = []
        for upload_id, digest in self.uploads.items():
            upload = read.first(Upload, id=upload_id)
            path = upload and office.workspace.store.base / upload.file
            if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                wrong.append(f"upload {upload_id}: lost")
        return wrong


def _person(read: Reading, paper_id: str) -> str | None:
    return read.get(Paper, paper_id).person


@dataclass
class Load:
    """Threads that change reports, bring files and ask for jobs until told otherwise.

    Attributes:
        reviewer: Makes a client with a manager's key.
        analyst: Makes a client with an analyst's key.
        ledger: What they were answered.
        papers: Ids of reports about people.
        file: A table as it can be taken in.
    """

    reviewer: Callable[[], httpx.Client]
    analyst: Callable[[], httpx.Client]
    ledger: Ledger
    papers: list[str]
    file: bytes
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, reviewers: int = 3, *, asks: bool = True) -> None:
        """Start those who change reports, and what brings files and, if wanted, asks for jobs."""
        self.over.clear()
        tasks: list[Callable[[], None]] = [self._bring, *([self._ask] if asks else [])]
        for at in range(reviewers):
            tasks.append(lambda at=at: self._review(self.papers[at::reviewers]))  # type: ignore[misc]
        self.threads = [threading.Thread(target=self._until_gone, args=(one,)) for one in tasks]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Stop; what is under way is waited for."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _until_gone(self, task: Callable[[], None]) -> None:
        try:
            task()
        except httpx.TransportError:
            return  # the server was killed
        except Exception as error:
            self.ledger.faults.append(f"{type(error).__name__}: {error}")

    def _review(self, papers: list[str]) -> None:
        with self.reviewer() as client:
            while not self.over.is_set():
                for paper in papers:
                    self._move_on(client, paper)
                    if self.over.is_set():
                        return

    def _move_on(self, client: httpx.Client, paper: str) -> None:
        """Bring a report one step on: submitted, rated and approved, withdrawn, and so round."""
        seen = client.get(f"/api/v1/reports/{paper}").json()
        word = {"draft": "submit", "in_review": "approve", "approved": "withdraw"}[seen["state"]]
        if word == "approve" and paper not in self.ledger.judged:
            rating = {"rating": "3", "reason": "Steady work in every quarter."}
            client.post(f"/api/v1/reports/{paper}/judgement", json=rating)
            self.ledger.judged.add(paper)
            seen = client.get(f"/api/v1/reports/{paper}").json()
        body = {"version": seen["version"]} | ({"text": seen["text"]} if word == "approve" else {})
        answer = self.ledger.step(
            paper,
            ACTIONS[word],
            lambda: client.post(f"/api/v1/reports/{paper}/{word}", json=body),
        )
        if answer is not None:
            told = answer.json()
            self.ledger.stands[paper] = (told["version"], told["state"], told["text"])

    def _bring(self) -> None:
        """Bring a new table again and again, and take each in once it is checked."""
        known = self.ledger
        with self.analyst() as client:
            while not self.over.is_set():
                for upload in [one for one in known.uploads if one not in known.taken]:
                    if client.post(f"/data/uploads/{upload}/take").status_code == 303:
                        known.taken.add(upload)
                if len(known.uploads) == len(known.taken):
                    self._bring_one(client)
                self.over.wait(0.2)

    def _bring_one(self, client: httpx.Client) -> None:
        content = self._fresh()
        answer = client.post("/data/uploads", files={"file": ("reviews.csv", content)})
        if answer.status_code == 303:
            upload = answer.headers["location"].rpartition("/")[2]
            self.ledger.uploads[upload] = hashlib.sha256(content).hexdigest()
        else:
            self.ledger.faults.append(f"upload: {answer.status_code}")

    def _fresh(self) -> bytes:
        """Return the table with a row more than the last one had."""
        count = len(self.ledger.uploads) + 1
        told = f"E000,2025Q4,M1,Sales/South,{WORDS[3]} in week"
        rows = [f"N{n:03d},{told} {n},100,3" for n in range(count)]
        return self.file + "\n".join([*rows, ""]).encode()

    def _ask(self) -> None:
        """Ask for a training and for reports in turn."""
        asks = (
            ("train", "/api/v1/models/train", {"name": "linear", "minutes": 0.1}),
            ("report", "/api/v1/jobs", {"kind": "report"}),
        )
        with self.analyst() as client:
            while not self.over.is_set():
                asked = sum(self.ledger.done[one[0], "job.start"] for one in asks)
                kind, address, body = asks[asked % 2]
                if open_jobs(client) < MOST_OPEN:
                    self.ledger.step(
                        kind,
                        "job.start",
                        lambda a=address, b=body: client.post(a, json=b),  # type: ignore[misc]
                    )
                self.over.wait(0.1)


def open_jobs(client: httpx.Client) -> int:
    """Return how many jobs have not ended."""
    found = client.get("/api/v1/jobs?limit=200").json()["items"]
    return sum(one["state"] in ("waiting", "running") for one in found)


def wrong_jobs(read: Reading) -> list[str]:
    """Return jobs that did not come to a good end exactly once, once none is open any more."""
    ends = Counter(one.object for one in read.find(AuditEntry, action="job.end"))
    wrong = [
        f"{one.kind} {one.id}: {one.state} {ends[one.id]} {one.result}"
        for one in read.find(Job)
        if one.state != "done" or ends[one.id] != 1
    ]
    imports = Counter(one.object for one in read.find(AuditEntry, action="data.import"))
    wrong += [f"{one}: taken in {count} times" for one, count in imports.items() if count != 1]
    return wrong
