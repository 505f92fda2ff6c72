"""The settings of the agent: one frozen object, and the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from knowledge.errors import BadInput

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. Each field has an environment variable: `SOMMELIER_` and the name in capitals."""

    store: str = ""
    """Where sessions and profiles live: a path or `sqlite:///PATH`; empty for the person's data folder, `:memory:` for nowhere."""
    brain: str = "auto"
    """`auto` (a model where an endpoint is configured, else the built-in one), `builtin` or `model`."""
    model: str = ""
    """Name of the language model, for the model brain."""
    base_url: str = ""
    """Address of the OpenAI-compatible endpoint; also read from OPENAI_BASE_URL."""
    api_key: str = field(default="", repr=False)
    """Key of the endpoint; also read from OPENAI_API_KEY. Never shown or stored."""
    model_api: str = "chat"
    """Dialect of the endpoint: `chat` (Chat Completions, everywhere) or `responses`."""
    model_features: str = "auto"
    """What the endpoint can do: `auto` finds out, `none`, or some of json_schema, json_object, tools, streaming, usage, parallel."""
    model_mode: str = "plan"
    """`plan` (one planning call, then the tools) or `steps` (tool by tool, for comparison)."""
    model_critic: bool = False
    """Lets the model judge the slate against the request, once a turn, where a call is left."""
    model_proposals: bool = False
    """Lets the model name items it thinks fit; those the catalogue has become one more signal."""
    model_calls: int = 4
    """Calls to the endpoint a turn may make, 1 to 8."""
    model_tokens: int = 24_000
    """Tokens, in and out, a turn may spend over all its calls, 2,000 or more."""
    model_context: int = 5_000
    """Tokens of one call's messages; older turns are left out beyond that, 2,500 or more."""
    model_cache: str = ""
    """File in which answers are kept and reused, for evaluation; empty for none."""
    price_in: float = 0.0
    """Price of a million tokens sent, for the cost in the trace."""
    price_out: float = 0.0
    """Price of a million tokens received."""
    deadline_s: float = 30.0
    """Seconds a turn may take over all its calls, 1 or more."""
    slate_size: int = 3
    """Items shown where the person names no number, 1 to 10."""
    max_steps: int = 16
    """Steps a plan may have after repair, 4 or more."""
    max_repairs: int = 2
    """How often reflection may send a plan back, 0 to 4."""
    lease_s: float = 60.0
    """Seconds after which a session held by a dead process is free again."""
    lease_wait_s: float = 30.0
    """Seconds a turn waits for its session to become free."""
    keep_turns: int = 400
    """Turns of a session kept in full; of older ones only what was shown, taken and rejected."""
    history_turns: int = 12
    """Earlier turns a brain may look at."""
    seed: int = 7
    """Start of every random choice (which wording, which surprise)."""
    base: str = "films"
    """The base that doors without an argument for it open."""
    tracing: bool = False
    """Lets LangSmith trace runs; off, whatever other variables say, since conversations would leave the machine."""

    def __post_init__(self) -> None:
        """Check the ranges. Raises BadInput."""
        limits = {"deadline_s": (1, 3600), "slate_size": (1, 10), "max_steps": (4, 64), "max_repairs": (0, 4), "keep_turns": (10, 100_000)}
        limits |= {"model_calls": (1, 8), "model_tokens": (2_000, 10_000_000), "model_context": (2_500, 1_000_000)}
        for name, (low, high) in limits.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise BadInput(f"setting {name} is {value!r}; it must lie between {low} and {high}")
        if self.brain not in ("auto", "builtin", "model"):
            raise BadInput(f"setting brain is {self.brain!r}; write auto, builtin or model")
        if self.model_api not in ("chat", "responses"):
            raise BadInput(f"setting model_api is {self.model_api!r}; write chat or responses")
        if self.model_mode not in ("plan", "steps"):
            raise BadInput(f"setting model_mode is {self.model_mode!r}; write plan or steps")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **changes: object) -> Settings:
        """Read the settings from the environment; `changes` win. Raises BadInput naming the variable that does not fit."""
        environment = os.environ if environment is None else environment
        found: dict[str, object] = {}
        for spec in fields(cls):
            variable = f"SOMMELIER_{spec.name.upper()}"
            raw = environment.get(variable)
            if raw is None and spec.name in ("base_url", "api_key"):
                raw = environment.get(f"OPENAI_{spec.name.upper()}")
            if raw is not None:
                found[spec.name] = _parse(variable, raw, str(spec.type))
        found.update({name: value for name, value in changes.items() if value is not None})
        return cls(**found)  # type: ignore[arg-type]

    def store_path(self) -> str:
        """Return the path of the SQLite store, or `:memory:`."""
        if self.store == ":memory:":
            return self.store
        if self.store:
            if "://" in self.store and not self.store.startswith("sqlite:///"):
                raise BadInput(f"store {self.store!r} is not one this version can open; write a path or sqlite:///PATH")
            return self.store.removeprefix("sqlite:///")
        home = os.environ.get("SOMMELIER_HOME")
        if home:
            return str(Path(home) / "conversations.sqlite")
        import platformdirs

        return str(Path(platformdirs.user_data_dir("sommelier", appauthor=False)) / "conversations.sqlite")


def _parse(variable: str, raw: str, kind: str) -> object:
    try:
        if kind == "int":
            return int(raw)
        if kind == "float":
            return float(raw)
    except ValueError:
        raise BadInput(f"{variable} is {raw!r}; write a number") from None
    if kind == "bool":
        if raw.lower() not in ("0", "1", "true", "false", "yes", "no", "on", "off", ""):
            raise BadInput(f"{variable} is {raw!r}; write yes or no")
        return raw.lower() in ("1", "true", "yes", "on")
    return raw
