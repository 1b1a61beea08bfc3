"""The run's configuration: every setting, its default, bounds and meaning.

One frozen section a stage. The field descriptions are what the Prefect UI shows in its form
and what ``recipegen settings`` prints, so they are written for the person who runs a run.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from recipegen.errors import SettingError, UsageError

EMBEDDED_CORPUS = "wikibooks"

RUNS = Path("data/runs")
"""Where runs land that are not given a folder."""

Temperature = Annotated[float, Field(ge=0.0, le=100.0)]
Prompt = Annotated[str, Field(min_length=1, max_length=2000)]
Cutoff = Annotated[int, Field(ge=1, le=1_000_000)]
TopK = Annotated[int, Field(ge=0)]
TopP = Annotated[float, Field(gt=0.0, le=1.0)]
MinP = Annotated[float, Field(ge=0.0, lt=1.0)]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A frozen group of settings that refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


CorpusFormat = Literal[
    "json-array",
    "json-lines",
    "json",
    "json-object",
    "json-nested",
    "csv",
    "parquet",
    "schema.org",
    "schema.org-lines",
    "web-page",
    "eight-portions",
    "wikibooks",
    "copy-me-that",
    "recipe-keeper",
    "recipe-ml",
    "gourmet",
    "mealmaster",
    "cooklang",
    "foodcom",
    "recipenlg",
    "recipe1m",
]


class Columns(Section):
    """The names under which a corpus keeps what makes a recipe."""

    title: str | None = Field(
        None, min_length=1, description="Field of the title; none knows it by its name."
    )
    ingredients: str | None = Field(
        None,
        min_length=1,
        description="Field of the ingredient lines, which may be missing; none knows it by its "
        "name.",
    )
    directions: str | None = Field(
        None, min_length=1, description="Field of the steps; none knows it by its name."
    )


class Ingest(Section):
    """Which recipes are read and how near-duplicates are recognised."""

    corpus: str = Field(
        EMBEDDED_CORPUS,
        min_length=1,
        description="A corpus file (JSON, CSV, Parquet, web pages, exports of recipe managers; "
        "packed by gzip, zip or tar if need be), a folder of them, or the name of the embedded "
        f"corpus, '{EMBEDDED_CORPUS}'.",
    )
    format: CorpusFormat | None = Field(
        None,
        description="Format of the corpus, as in docs/corpora.md; none recognises each file by its "
        "content.",
    )
    columns: Columns = Field(
        Columns(),
        description="Names of the fields that make a recipe, in JSON, CSV and Parquet, where they "
        "are not known by themselves.",
    )
    languages: tuple[Language, ...] = Field(
        (),
        description="Keep the recipes in these languages only, by their two letters (en, de, fr); "
        "the language of each is guessed, and none named keeps all.",
    )
    limit: int | None = Field(
        None, ge=1, description="Read at most this many records; none reads the whole corpus."
    )
    more_ingredients: tuple[str, ...] = Field(
        (),
        description="Files of ingredient lists without recipes, records with 'ingredients' in "
        "JSON or CSV, such as What's Cooking; they teach pairings, and nothing else.",
    )
    block_size: int = Field(
        25_000, ge=1, description="Records in a unit of work: read, stored and resumed together."
    )
    near_duplicate_similarity: float = Field(
        0.7,
        gt=0.0,
        le=1.0,
        description="Jaccard similarity of word 3-grams of the directions from which two recipes "
        "count as near-duplicates and are kept on the same side of the split.",
    )


class Tokenise(Section):
    """The vocabulary and the length of a recipe."""

    vocabulary_size: int = Field(
        10_000, ge=3, le=1_000_000, description="Words kept, the stop token and [UNK] included."
    )
    max_length: int = Field(
        200, ge=4, le=10_000, description="Words of a recipe that are kept for training."
    )


class Train(Section):
    """The network and how it is fitted."""

    embedding_size: int = Field(100, ge=1, le=8192, description="Width of the word embedding.")
    hidden_size: int = Field(128, ge=1, le=8192, description="Units of each LSTM layer.")
    layers: int = Field(1, ge=1, le=8, description="LSTM layers on top of each other.")
    dropout: float = Field(
        0.0,
        ge=0.0,
        lt=1.0,
        description="Share of units dropped behind the embedding and layers.",
    )
    tied_weights: bool = Field(
        False,
        description="Use the embedding as the output layer (Press & Wolf 2017), a full softmax; a "
        "linear layer maps hidden_size to embedding_size where they differ.",
    )
    softmax_cutoffs: tuple[Cutoff, ...] = Field(
        (1000, 4000),
        description="Ranks by frequency that each start a cluster of the adaptive softmax (Grave "
        "et al. 2017); those beyond the vocabulary are left out, and none at all, or tied weights, "
        "is the full softmax.",
    )
    networks: int = Field(
        1,
        ge=1,
        le=100,
        description="Networks trained alike, the first with the run's seed and each of the others "
        "with the seed after the one before; several show how far figures depend on the training.",
    )
    epochs: int = Field(5, ge=1, le=10_000, description="Passes over the training split at most.")
    patience: int | None = Field(
        None,
        ge=1,
        description="Stop after this many epochs without a better valid perplexity; none never.",
    )
    batch_size: int = Field(32, ge=1, le=65_536, description="Recipes in a step.")
    learning_rate: float = Field(
        1.2e-2, gt=0.0, le=10.0, description="Peak learning rate of Adam, after the warm-up."
    )
    warm_up: Share = Field(0.05, description="Share of all steps with a rising learning rate.")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Of the products of matrices in training; bfloat16 is faster where the "
        "processor (AVX-512 BF16, AMX) or GPU has it, and slower elsewhere.",
    )
    gradient_clip: float = Field(
        1.0, gt=0.0, description="Largest norm of the gradient of a step; longer ones are scaled."
    )
    sample_prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), description="Prompts that are continued at the end of every epoch."
    )
    sample_temperature: Temperature = Field(
        1.0, description="Temperature of the samples at the end of every epoch."
    )
    sample_max_tokens: int = Field(
        100, ge=1, le=10_000, description="Longest sample at the end of an epoch, prompt included."
    )
    ngram_order: int = Field(
        4,
        ge=1,
        le=10,
        description="Longest n-gram, in words, of the n-gram model that the network and its "
        "samples are measured with.",
    )

    @field_validator("softmax_cutoffs")
    @classmethod
    def _rising(cls, cutoffs: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= earlier for earlier, later in pairwise(cutoffs)):
            raise ValueError("each must be larger than the one before")
        return cutoffs


class LearnIngredients(Section):
    """Which names count as ingredients."""

    min_recipes: int = Field(
        5,
        ge=1,
        description="Training recipes whose ingredient lines must use a name that is not known "
        "beforehand for it to enter the lexicon.",
    )
    min_confirmed: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        description="How far lines and directions must agree on a name that is not known "
        "beforehand: the share of the recipes that use it in one of them and do so in the other.",
    )
    max_words: int = Field(4, ge=1, le=10, description="Longest ingredient name, in words.")
    block_size: int = Field(
        25_000, ge=1, description="Recipes in a unit of work: read, stored and resumed together."
    )


class LearnPairings(Section):
    """What makes a pair or a recipe implausible."""

    prior_strength: float | None = Field(
        None,
        gt=0.0,
        description="Co-occurrences, as expected by chance, that the prior of a pair's lift is "
        "worth: the k of (observed + k L) / (expected + k); none chooses it on held-out recipes.",
    )
    interval: float = Field(
        0.95, gt=0.0, lt=1.0, description="Mass of the posterior interval of a pair's lift."
    )
    min_expected: float = Field(
        3.0,
        ge=0.0,
        description="Chance co-occurrences from which a pair is plausible unless something speaks "
        "against it; below, its companions must speak for it, else nobody can tell.",
    )
    false_alarm_rate: float = Field(
        0.001,
        gt=0.0,
        lt=1.0,
        description="Share of the pairs of real held-out recipes that may be called implausible.",
    )
    unusual_rate: float = Field(
        0.01,
        gt=0.0,
        lt=1.0,
        description="Share of the pairs of real held-out recipes that may be called unusual.",
    )
    prior: Literal["built-in", "off"] = Field(
        "built-in",
        description="What counts beside the recipes of the corpus: the built-in judge, as far as "
        "that predicts held-out recipes best; or off.",
    )
    same_company: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        description="How far two ingredients must go with the same others to be alternatives, such "
        "as chicken and salmon, and not implausible together: the cosine of their positive lifts.",
    )
    examples: int = Field(
        420_000,
        ge=0,
        description="Recipes that the model of ingredients in context is shown, in all; half of "
        "them where it begins as the built-in judge's.",
    )
    epochs: int = Field(4, ge=1, description="Times that it is shown the same recipe at most.")
    ingredients: int = Field(
        3000,
        ge=1,
        description="Ingredients that are judged at most, the commonest; the memory for their "
        "pairs grows with the square.",
    )
    held_out: int = Field(
        20_000,
        ge=1,
        description="Held-out recipes that calibrate and test at most, by the smallest of their "
        "ids, which are random.",
    )
    text_words: int = Field(
        200,
        ge=2,
        description="Words of a real recipe that are read to calibrate: as many as a generated "
        "text has at most.",
    )


GeneratorName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        pattern=r"^\w[\w .+@-]*$",
        description="What the tables and the report call it.",
    ),
]

TITLE = "{title}"
"""What stands in a template for the title of a recipe."""


class LstmModel(Section):
    """The word-level LSTM that the run trains."""

    kind: Literal["lstm"] = "lstm"


class _Drawn(Section):
    """A generator that is asked for each sample of the grid."""

    name: GeneratorName
    has_temperature: bool = Field(
        True,
        description="Whether it can be asked at a temperature; one that cannot is drawn from once.",
    )
    block_size: int = Field(
        128, ge=1, description="Samples in a unit of work: drawn, stored and resumed together."
    )


class OpenAIModel(_Drawn):
    """A model behind an endpoint that speaks the OpenAI API."""

    kind: Literal["openai"]
    address: str = Field(
        pattern=r"^https?://",
        description="Address up to and with the version, such as http://127.0.0.1:8000/v1.",
    )
    model: str = Field(min_length=1, description="The model's name there.")
    api: Literal["chat", "completions"] = Field(
        "chat", description="chat asks for an answer, completions for how a text goes on."
    )
    key_variable: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable that holds the key; the key itself is kept nowhere.",
    )
    prompt: str | None = Field(
        None, description="What is asked for a title, which stands as {title}; none: our own words."
    )
    open_prompt: str | None = Field(
        None, description="What is asked where no title is given; none: our own words."
    )
    system: str | None = Field(None, description="System message of a chat; none: none.")
    max_tokens: int = Field(800, ge=1, description="Longest answer, in the model's tokens.")
    requests: int = Field(8, ge=1, le=1000, description="Requests under way at once, at most.")
    most_requests: int = Field(
        20_000, ge=1, description="Requests sent in all at most, those tried again included."
    )
    most_tokens: int | None = Field(
        None, ge=1, description="Tokens of answers asked for in all at most; none for any number."
    )
    tries: int = Field(6, ge=1, le=100, description="Times a request is sent before it fails.")
    timeout: float = Field(120.0, gt=0.0, description="Seconds to wait for an answer.")
    log_probabilities: bool = Field(
        False, description="Whether to ask how likely the words are; not every server can tell."
    )
    extra: dict[str, Any] = Field(
        {}, description="Further fields of each request; none takes one of ours away."
    )

    @field_validator("address")
    @classmethod
    def _without_key(cls, address: str) -> str:
        if "@" in address or "key=" in address.lower():
            raise ValueError("a key has no place in an address; name its variable in key_variable")
        return address

    @field_validator("prompt")
    @classmethod
    def _with_title(cls, prompt: str | None) -> str | None:
        if prompt is not None and TITLE not in prompt:
            raise ValueError("the prompt lacks {title}")
        return prompt


class TransformersModel(_Drawn):
    """A causal language model of the library transformers, on this machine."""

    kind: Literal["transformers"]
    model: str = Field(
        min_length=1, description="Its folder; or its name, where the library has it already."
    )
    prompt: str = Field(
        "recipe for {title} |", description="What it continues; {title} stands for the title."
    )
    open_prompt: str = Field("recipe for", description="What it continues where there is no title.")
    chat: bool = Field(
        False,
        description="Whether the prompt is a message, framed by the model's chat template.",
    )
    max_new_tokens: int = Field(300, ge=1, description="Longest answer, in the model's tokens.")
    batch_size: int = Field(16, ge=1, description="Samples drawn at once.")


class PythonModel(_Drawn):
    """A function of the user's."""

    kind: Literal["python"]
    function: str = Field(
        pattern=r"^[\w.]+:[\w.]+$",
        description="module:function; it gets a batch of prompts and gives their texts.",
    )


class FileModel(Section):
    """Texts that are there already."""

    kind: Literal["file"]
    name: GeneratorName | None = Field(
        None, description="What the tables and the report call it; none: the file's name."
    )
    path: str = Field(description="A file of recipes, one a line.")


Model = Annotated[
    LstmModel | OpenAIModel | TransformersModel | PythonModel | FileModel,
    Field(discriminator="kind"),
]
AskedModel = OpenAIModel | TransformersModel | PythonModel
"""A generator, beside the network, that samples of the grid are drawn from."""

MODEL_KINDS: dict[str, type[Section]] = {
    "lstm": LstmModel,
    "openai": OpenAIModel,
    "transformers": TransformersModel,
    "python": PythonModel,
    "file": FileModel,
}
"""What each kind of generator can be set."""

HOW_ASKED = (
    *("key_variable", "requests", "most_requests", "most_tokens", "tries", "timeout"),
    "batch_size",
)
"""Settings of generators that change no sample, so that none is drawn again for their sake."""

RESERVED_NAMES = ("real", "real with lists", "control")


class Generate(Section):
    """The generators, and the grid of samples that each of them draws."""

    models: tuple[Model, ...] = Field(
        (LstmModel(),),
        description="The generators; without one of the kind lstm no network is trained.",
    )
    temperatures: tuple[Temperature, ...] = Field(
        (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5),
        min_length=1,
        description="Sampling temperatures; 0 is the most probable word, one sample a prompt.",
    )
    samples: int = Field(2000, ge=1, description="Samples drawn at each temperature above 0.")
    prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), min_length=1, description="Prompts that are continued in turn."
    )
    title_share: Share = Field(
        0.5,
        description="Share of the samples that continue the title of a held-out recipe instead: "
        "the same titles at each temperature.",
    )
    top_k: tuple[TopK, ...] = Field(
        (0,),
        min_length=1,
        description="Draw among the k most probable words only (Fan et al. 2018); 0 among all.",
    )
    top_p: tuple[TopP, ...] = Field(
        (1.0,),
        min_length=1,
        description="Draw among the fewest words that have this probability together only, the "
        "temperature applied (nucleus sampling, Holtzman et al. 2020); 1 among all. With top_k and "
        "the temperatures each combination is drawn.",
    )
    min_p: tuple[MinP, ...] = Field(
        (0.0,),
        min_length=1,
        description="Draw among the words that are at least so many times as probable as the most "
        "probable one only, the temperature applied (Nguyen et al. 2024); 0 among all.",
    )
    max_tokens: int = Field(
        200, ge=2, le=10_000, description="Longest sample of the LSTM in words, prompt included."
    )
    block_size: int = Field(
        2000,
        ge=1,
        description="Samples in a unit of work: drawn, stored and resumed together.",
    )
    others: tuple[str, ...] = Field(
        (),
        description="Files of other generators' samples, a short form of models of the kind file.",
    )
    probability_prompts: tuple[Prompt, ...] = Field(
        ("recipe for roasted vegetables | chop 1 /", "recipe for chocolate ice cream |"),
        description="Prompts whose next-word probabilities the report shows.",
    )
    probability_temperatures: tuple[Temperature, ...] = Field(
        (1.0, 0.2), description="Temperatures of the next-word probabilities."
    )
    probability_top: int = Field(
        10, ge=1, le=1000, description="Most probable next words that are kept."
    )
    probability_samples: int = Field(
        2,
        ge=0,
        description="Samples of each temperature and cut-off, the first ones, whose likely next "
        "words are kept at every step.",
    )

    @field_validator(
        "temperatures", "top_k", "top_p", "min_p", "probability_temperatures", "prompts"
    )
    @classmethod
    def _once_each(cls, values: tuple[object, ...]) -> tuple[object, ...]:
        if len(set(values)) != len(values):
            raise ValueError("a value stands twice")
        return values

    @model_validator(mode="after")
    def _distinct_names(self) -> Generate:
        kinds = [model.kind for model in self.models]
        if not kinds and not self.others:
            raise ValueError("at least one generator is needed")
        if kinds.count("lstm") > 1:
            raise ValueError("two generators are of the kind lstm")
        names = list(self.named())
        for name in names:
            if name in RESERVED_NAMES or name.startswith("generated"):
                raise ValueError(f"the name {name} is taken; give the generator another one")
            if names.count(name) > 1:
                raise ValueError(f"two generators are named {name}; give one another name")
        return self

    @property
    def has_lstm(self) -> bool:
        """Whether the network is trained and drawn from."""
        return any(model.kind == "lstm" for model in self.models)

    @property
    def asked(self) -> dict[str, AskedModel]:
        """The other generators that are drawn from, by name."""
        return {
            model.name: model
            for model in self.models
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel)
        }

    @property
    def files(self) -> dict[str, Path]:
        """Files of texts that are there already, by the name of their generator."""
        return dict(self._files())

    def _files(self) -> Iterator[tuple[str, Path]]:
        for model in self.models:
            if isinstance(model, FileModel):
                path = Path(model.path)
                yield model.name or path.stem, path
        yield from ((Path(file).stem, Path(file)) for file in self.others)

    def named(self) -> Iterator[str]:
        """The names of all generators but the network, once for each that has it."""
        for model in self.models:
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel):
                yield model.name
        yield from (name for name, _ in self._files())


class Score(Section):
    """The real recipes and the control that samples are compared with."""

    references: int = Field(
        2000,
        ge=1,
        description="Held-out real recipes that are scored as the floor, and as many with "
        "exchanged ingredients as the control; fewer where the test split is smaller.",
    )
    block_size: int = Field(1000, ge=1, description="Samples in a unit of work.")


class Summarise(Section):
    """The statistics over temperatures."""

    confidence: float = Field(0.95, gt=0.0, lt=1.0, description="Mass of the intervals.")
    resamples: int = Field(2000, ge=100, description="Bootstrap resamples of the samples.")
    onset_margin: float = Field(
        0.01,
        ge=0.0,
        lt=1.0,
        description="How far the rate of implausible pairs must lie above that of real recipes "
        "for the temperature of onset.",
    )


class Report(Section):
    """What the page shows and where it lands."""

    title: str | None = Field(
        None, description="Title of the page; none names what was compared, and on which corpus."
    )
    folder: str | None = Field(
        "reports",
        description="Folder that gets a copy of the page and an index of all runs; none for none.",
    )
    pairs: int = Field(25, ge=1, le=1000, description="Implausible pairs in the table.")
    samples: int = Field(4, ge=1, le=50, description="Samples shown in full at each temperature.")


class Execution(Section):
    """How the machine is used; never changes a result."""

    threads: int | None = Field(
        None,
        ge=1,
        description="Threads of a numeric operation, shared out among the workers of a machine; "
        "none uses every core.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the network runs; auto uses a GPU where there is one."
    )
    batch_size: int = Field(
        512, ge=1, le=65_536, description="Samples that the network writes at once."
    )
    runner: Literal["threads", "processes", "dask", "ray"] = Field(
        "threads",
        description="What does the units of a stage: threads of one process, processes of this "
        "machine, or a Dask or Ray cluster (pip install 'recipegen[dask]' or 'recipegen[ray]').",
    )
    workers: int = Field(
        2,
        ge=1,
        le=256,
        description="Units of a stage in work at once on a machine, where they can be.",
    )
    cluster: str | None = Field(
        None,
        min_length=1,
        description="Address of a cluster that is there, such as tcp://host:8786 (Dask) or "
        "ray://host:10001 (Ray); none starts one on this machine, with a process a worker.",
    )

    @field_validator("cluster")
    @classmethod
    def _of_a_runner_that_has_one(cls, cluster: str | None, known: ValidationInfo) -> str | None:
        runner = known.data.get("runner")
        if cluster is not None and runner in ("threads", "processes"):
            raise ValueError(
                f"{runner} work on this machine alone; set execution.runner to dask or ray, "
                "or execution.cluster to none"
            )
        return cluster


class Configuration(Section):
    """Everything that decides what a run computes."""

    seed: int = Field(42, ge=0, le=2**32 - 1, description="Seed of every random number.")
    ingest: Ingest = Ingest()
    tokenise: Tokenise = Tokenise()
    train: Train = Train()
    learn_ingredients: LearnIngredients = LearnIngredients()
    learn_pairings: LearnPairings = LearnPairings()
    generate: Generate = Generate()
    score: Score = Score()
    summarise: Summarise = Summarise()
    report: Report = Report()
    execution: Execution = Execution()

    def deciding(self) -> dict[str, Any]:
        """The settings as JSON values, those left out that change how and not what is drawn."""
        aside = {"generate": {"models": {"__all__": set(HOW_ASKED)}}}
        return self.model_dump(mode="json", exclude=aside)


def read_configuration(path: Path) -> dict[str, Any]:
    """The settings in a TOML or JSON file, as nested dictionaries, not yet checked.

    Raises:
        UsageError: the file is missing, not UTF-8, or neither TOML nor JSON by its suffix.
    """
    parsers = {".toml": tomllib.loads, ".json": json.loads}
    if path.suffix not in parsers:
        raise UsageError(f"{path}: a configuration is a .toml or .json file")
    try:
        settings = parsers[path.suffix](path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: not valid {path.suffix[1:].upper()}: {error}") from error
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: a configuration is a table of sections")
    return settings


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Nested settings from ``section.key=value`` words, the later one winning.

    A value is read as JSON where it is JSON (``3``, ``true``, ``[0.5, 1]``), else as text;
    ``none`` is null.

    Raises:
        SettingError: a word has no ``=`` or no name before it.
    """
    settings: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        keys = name.strip().replace("-", "_").split(".")
        if not equals or not all(keys):
            raise SettingError(f"--set {assignment}: write it as section.key=value")
        settings = merge(settings, _nest(keys, _value(value)))
    return settings


def merge(settings: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``settings`` with the values of ``over`` in their place, section by section."""
    merged = dict(settings)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = merge(below, value)
        merged[key] = value
    return merged


def configure(*layers: Mapping[str, Any]) -> Configuration:
    """The configuration that the layers make, later layers winning over earlier ones.

    Raises:
        SettingError: a setting is unknown, of the wrong type or out of its bounds.
    """
    settings: dict[str, Any] = {}
    for layer in layers:
        settings = merge(settings, layer)
    try:
        return Configuration.model_validate(settings)
    except ValidationError as error:
        raise SettingError(_first_problem(error)) from error


def _nest(keys: list[str], value: Any) -> dict[str, Any]:
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _value(text: str) -> Any:
    text = text.strip()
    if text.lower() == "none":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"unknown setting {name!r}; {_known(problem['loc'])}"
    more = error.error_count() - 1
    rest = f" (and {more} more)" if more else ""
    given = problem["input"]
    # A table of settings may hold what is not for the screen.
    got = "" if isinstance(given, Mapping) else f", got {given!r}"
    return f"setting {name}: {problem['msg'].lower()}{got}{rest}"


def _known(location: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = Configuration
    for part in location[:-1]:
        if part in MODEL_KINDS:
            model = MODEL_KINDS[str(part)]
        elif not isinstance(part, int) and part != "models":
            model = type(getattr(model(), str(part)))
    where = ".".join(str(part) for part in location[:-1]) or "the configuration"
    return f"available in {where}: {', '.join(model.model_fields)}"
