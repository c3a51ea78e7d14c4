"""Figures for Prometheus: requests by route and jobs by state, with no id of anybody in a label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from jixiao.contracts.office import Job
from jixiao.office import Office

STATES = ("waiting", "running", "done", "failed", "cancelled")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measures:
    """Counts and times of one process, and the jobs of the database."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "jixiao_requests_total",
            "Requests by method, route and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "jixiao_request_seconds",
            "Seconds a request took, by route",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._jobs = Gauge("jixiao_jobs", "Jobs by state", ("state",), registry=self.registry)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            method: HTTP method; one that is none counts as other.
            route: Template of its path, such as ``/jobs/{job_id}``; never the path itself.
            status: HTTP status.
            seconds: How long it took.
        """
        known = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE") else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, office: Office) -> bytes:
        """Return every figure in the format of Prometheus."""
        with office.reading() as read:
            for state in STATES:
                self._jobs.labels(state).set(read.count(Job, state=state))
        return generate_latest(self.registry)
