"""Everything a workspace file may say: the contract and the settings of each step."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from jixiao.contracts.schema import Contract, Frozen


class CleanSettings(Frozen):
    """Cleaning steps."""

    steps: tuple[str, ...] = (
        "entities.v1",
        "width.v1",
        "blanks.v1",
        "case_twins.v1",
        "zero_missing.v1",
        "years.v1",
        "empty_text.v1",
    )
    """Registered steps in the order they run; duplicates are counted by the check before."""
    near_duplicate: float = 0.9
    """Share of common five-character shingles from which two texts count as near duplicates."""
    drop_near_duplicates: bool = False
    """Leave all but one of each group of near duplicates out; otherwise they are only listed."""


class MaskSettings(Frozen):
    """Masking of names and identifiers in text."""

    on: bool = True
    """Mask before any model sees a text."""
    roster_columns: tuple[str, ...] = ()
    """Columns that hold names of people; found by the contract when empty."""


class SplitSettings(Frozen):
    """How rows are divided into train, validation and test."""

    method: Literal["auto", "subject", "time", "rater", "stratified", "column"] = "auto"
    """auto: the safest split the contract allows."""
    column: str | None = None
    """Column that names the part of each row: train, validation or test."""
    test: float = 0.2
    """Share of rows held out for the one test."""
    validation: float = 0.15
    """Share of the remaining rows used to choose and stop."""


class ModelSettings(Frozen):
    """Which model is trained and how."""

    name: str = "auto"
    """Registered name, or auto."""
    tuning: Literal["full", "lora", "adapter", "frozen"] | None = None
    """How an encoder or decoder is tuned; chosen by the model when none."""
    folder: str | None = None
    """Folder with local weights for encoder and decoder; the embedded English encoder when none."""
    budget_s: float | None = None
    """Wall time of the whole training, in seconds."""
    trials: int = 0
    """Trials of the hyperparameter search; 0 means the tested defaults."""
    precision: Literal["auto", "fp32", "int8"] = "auto"
    """Precision of a saved neural model; auto keeps int8 where validation loses nothing by it.
    int8 is for BERT-class encoders, adapters included; decoder and lstm are saved in fp32 only and
    refuse it."""
    trackers: tuple[Literal["tensorboard", "wandb"], ...] = ()
    """Where training curves go beside the run's own JSON."""


class PrivacySettings(Frozen):
    """Smallest groups that are ever shown."""

    min_scores: int = 5
    """Fewest respondents behind a figure."""
    min_comments: int = 10
    """Fewest respondents behind quoted comments."""


class ReportSettings(Frozen):
    """What reports say and to whom."""

    languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
    """Languages each report is written in."""
    organisation: str = ""
    """Name of the organisation for the organisation report's title."""
    min_records: int = 3
    """Fewest own records of a subject below which a report says there is too little data."""
    about: Literal["auto", "people", "products", "customers"] = "auto"
    """Who or what the subjects of the records are; auto: told from the contract's columns."""
    product: str | None = None
    """Column that names the product, brand, shop or service that a record is about."""
    segments: tuple[str, ...] = ()
    """Columns by which satisfaction is told apart; groups and small categories when empty."""
    satisfied: tuple[str, ...] = ()
    """Levels that count as satisfied; the upper part of the scale, or good classes, when empty."""
    reasons: str | None = None
    """Column that names the reason for a complaint."""


class WriterSettings(Frozen):
    """Who writes the sentences of reports, and how a language model is reached."""

    name: Literal["outline", "llm"] = "outline"
    """outline: from facts alone, no model; llm: a language model, every sentence checked."""
    base_url: str = "http://127.0.0.1:11434/v1"
    """Root of an OpenAI-compatible endpoint; Ollama on this machine by default."""
    model: str = ""
    """Model the endpoint is asked for."""
    folder: str | None = None
    """Folder with local causal-LM weights, used instead of an endpoint."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Hosts, or host:port, that may be asked at all; plain http only within this network."""
    key_env: str = ""
    """Name of the environment variable that holds the key; never the key itself."""
    answer_format: Literal["json_schema", "json_object", "none"] = "json_schema"
    """How the endpoint is asked for JSON; every answer is checked here whatever it says."""
    temperature: float = Field(0.0, ge=0, le=2)
    """Randomness of the model."""
    answer_tokens: int = Field(3000, ge=16, le=100_000)
    """Most tokens of one answer."""
    concurrency: int = Field(4, ge=1, le=64)
    """Requests under way at once."""
    timeout_s: float = Field(120.0, gt=0, le=3600)
    """Seconds one request may take, in whole."""
    retries: int = Field(3, ge=0, le=10)
    """Further tries after a time-out, a full queue (429) or a server's error (5xx)."""
    run_tokens: int = Field(2_000_000, ge=1)
    """Most tokens, read and written, that one run may use."""
    run_cost: float | None = Field(None, gt=0)
    """Most money one run may cost, in the currency of the prices."""
    price_read: float | None = Field(None, ge=0)
    """Price of a million tokens of prompts."""
    price_written: float | None = Field(None, ge=0)
    """Price of a million tokens of answers."""


class MailSettings(Frozen):
    """By which server people are told by e-mail that something waits for them."""

    host: str
    """Name of the SMTP server."""
    port: int = Field(587, ge=1, le=65535)
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; none only to a server on this machine."""
    user: str = ""
    """Who signs in there; nobody when empty."""
    password_env: str = ""
    """Name of the environment variable that holds the password; never the password itself."""
    sender: str
    """Address that messages come from."""
    site: str
    """Address of the web application, as people open it; every message links to it."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.security == "none" and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("security: none is for a server on this machine alone")
        if not self.site.startswith(("https://", "http://")):
            raise ValueError("site begins with https://")
        if self.user and not self.password_env:
            raise ValueError("user needs password_env, the variable that holds the password")
        return self


class Settings(Frozen):
    """The whole of ``jixiao.yaml``."""

    version: Literal[1] = 1
    """Version of the file format."""
    contract: Contract
    """Tables, columns and task."""
    clean: CleanSettings = CleanSettings()
    """Cleaning."""
    mask: MaskSettings = MaskSettings()
    """Masking."""
    split: SplitSettings = SplitSettings()
    """Splitting."""
    model: ModelSettings = ModelSettings()
    """Model and training."""
    privacy: PrivacySettings = PrivacySettings()
    """Small-group thresholds."""
    report: ReportSettings = ReportSettings()
    """Reports."""
    writer: WriterSettings = WriterSettings()
    """Writer of the sentences."""
    mail: MailSettings | None = None
    """Messages of the web application; none are sent when left out."""
    rater_agreement: float | None = None
    """Correlation of two raters who judge the same people, where known; gives the ceiling."""
    seed: int = 0
    """Seed of everything random."""
