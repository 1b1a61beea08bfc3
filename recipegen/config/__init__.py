"""The run's configuration: every setting, its default, bounds and meaning.

Each stage has one frozen section. The Prefect UI shows the field descriptions in its form, and
``recipegen settings`` prints them. So they are written for the person who starts a run.
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
"""The folder for runs that are not given a folder of their own."""

Temperature = Annotated[float, Field(ge=0.0, le=100.0)]
Prompt = Annotated[str, Field(min_length=1, max_length=2000)]
Cutoff = Annotated[int, Field(ge=1, le=1_000_000)]
TopK = Annotated[int, Field(ge=0)]
TopP = Annotated[float, Field(gt=0.0, le=1.0)]
MinP = Annotated[float, Field(ge=0.0, lt=1.0)]
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A frozen group of settings that refuses unknown names."""

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
    """The names of the fields in a corpus that make a recipe."""

    title: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the title. If unset, the field is recognised by its name.",
    )
    ingredients: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the ingredient lines, which a recipe may lack. If unset, "
        "the field is recognised by its name.",
    )
    directions: str | None = Field(
        None,
        min_length=1,
        description="Field that holds the steps. If unset, the field is recognised by its name.",
    )


class Ingest(Section):
    """Which recipes are read and how near-duplicates are recognised."""

    corpus: str = Field(
        EMBEDDED_CORPUS,
        min_length=1,
        description="A corpus file, a folder of corpus files, or the name of the embedded corpus, "
        f"'{EMBEDDED_CORPUS}'. A file holds JSON, CSV, Parquet, web pages or an export of a recipe "
        "manager. It may be packed with gzip, zip or tar.",
    )
    format: CorpusFormat | None = Field(
        None,
        description="Format of the corpus, as named in docs/corpora.md. If unset, each file is "
        "recognised by its content.",
    )
    columns: Columns = Field(
        Columns(),
        description="Names of the fields that make a recipe, in JSON, CSV and Parquet. You need "
        "to name only fields that are not recognised by themselves.",
    )
    languages: tuple[Language, ...] = Field(
        (),
        description="Keep only recipes in these languages, each given as two letters (en, de, "
        "fr). The language of a recipe is guessed. An empty list keeps all recipes.",
    )
    limit: int | None = Field(
        None,
        ge=1,
        description="Read at most this many records. If unset, the whole corpus is read.",
    )
    more_ingredients: tuple[str, ...] = Field(
        (),
        description="Files with ingredient lists but no recipes, such as What's Cooking: records "
        "with a field 'ingredients', in JSON or CSV. They are used to learn pairings, and for "
        "nothing else.",
    )
    block_size: int = Field(
        25_000,
        ge=1,
        description="Records in a unit of work, which is read, stored and resumed as a whole.",
    )
    near_duplicate_similarity: float = Field(
        0.7,
        gt=0.0,
        le=1.0,
        description="Two recipes count as near duplicates from this similarity on: the Jaccard "
        "similarity of the word 3-grams of their directions. Near duplicates are kept on the "
        "same side of the split.",
    )


class Tokenise(Section):
    """The vocabulary and the length of a recipe."""

    vocabulary_size: int = Field(
        10_000,
        ge=3,
        le=1_000_000,
        description="Words in the vocabulary, including the stop token and [UNK].",
    )
    max_length: int = Field(
        200, ge=4, le=10_000, description="Words of a recipe that are kept for training."
    )


class Train(Section):
    """The network and how it is fitted."""

    embedding_size: int = Field(100, ge=1, le=8192, description="Width of the word embedding.")
    hidden_size: int = Field(128, ge=1, le=8192, description="Units of each LSTM layer.")
    layers: int = Field(1, ge=1, le=8, description="Number of stacked LSTM layers.")
    dropout: float = Field(
        0.0,
        ge=0.0,
        lt=1.0,
        description="Share of units dropped after the embedding and after each layer.",
    )
    tied_weights: bool = Field(
        False,
        description="Use the embedding as the output layer, too (Press & Wolf 2017), with a full "
        "softmax. If hidden_size and embedding_size differ, a linear layer maps the first to the "
        "second.",
    )
    softmax_cutoffs: tuple[Cutoff, ...] = Field(
        (1000, 4000),
        description="Frequency ranks that each start a cluster of the adaptive softmax (Grave et "
        "al. 2017). Ranks beyond the vocabulary are left out. If no rank is left, or weights are "
        "tied, the full softmax is used.",
    )
    networks: int = Field(
        1,
        ge=1,
        le=100,
        description="Number of networks that are trained alike. The first uses the run's seed, "
        "and each further one the next higher seed. Several networks show how much the figures "
        "depend on the training.",
    )
    epochs: int = Field(
        5, ge=1, le=10_000, description="Largest number of passes over the training split."
    )
    patience: int | None = Field(
        None,
        ge=1,
        description="Stop after this many epochs without a better perplexity on the valid split. "
        "If unset, training does not stop early.",
    )
    batch_size: int = Field(32, ge=1, le=65_536, description="Recipes in a training step.")
    learning_rate: float = Field(
        1.2e-2, gt=0.0, le=10.0, description="Peak learning rate of Adam, after the warm-up."
    )
    warm_up: Share = Field(0.05, description="Share of all steps with a rising learning rate.")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Number format of the matrix products in training. bfloat16 is faster if the "
        "processor (AVX-512 BF16, AMX) or GPU supports it, and slower otherwise. A GPU without "
        "bfloat16 uses float16.",
    )
    gradient_clip: float = Field(
        1.0,
        gt=0.0,
        description="Largest norm of the gradient of a step. A longer gradient is scaled down to "
        "it.",
    )
    sample_prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), description="Prompts that are continued at the end of every epoch."
    )
    sample_temperature: Temperature = Field(
        1.0, description="Temperature of the samples at the end of every epoch."
    )
    sample_max_tokens: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Longest sample at the end of an epoch, in words, prompt included.",
    )
    ngram_order: int = Field(
        4,
        ge=1,
        le=10,
        description="Longest n-gram, in words, of the n-gram model. The network is compared with "
        "this model, and samples are measured by it.",
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
        description="A name that is not known beforehand enters the lexicon only if the "
        "ingredient lines of at least this many training recipes use it.",
    )
    min_confirmed: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        description="A name that is not known beforehand enters the lexicon only if ingredient "
        "lines and directions agree on it. Of the training recipes that use it in their lines, "
        "at least this share must also use it in the directions, and vice versa.",
    )
    max_words: int = Field(4, ge=1, le=10, description="Longest ingredient name, in words.")
    block_size: int = Field(
        25_000,
        ge=1,
        description="Recipes in a unit of work, which is read, stored and resumed as a whole.",
    )


class LearnPairings(Section):
    """What makes a pair or a recipe implausible."""

    prior_strength: float | None = Field(
        None,
        gt=0.0,
        description="Prior strength k of the shrunk lift (observed + k L) / (expected + k), in "
        "co-occurrences expected by chance. If unset, held-out recipes choose k. It has an "
        "effect only if prior is off: the built-in judge brings its own k.",
    )
    interval: float = Field(
        0.95, gt=0.0, lt=1.0, description="Probability mass of the interval of a pair's lift."
    )
    min_expected: float = Field(
        3.0,
        ge=0.0,
        description="Co-occurrences expected by chance from which a pair is plausible unless "
        "something speaks against it. With fewer, something must speak for the pair, such as the "
        "companions of the two. Otherwise its verdict is unknown.",
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
        description="What counts in addition to the recipes of the corpus. built-in adds the "
        "recipes of the built-in judge, with the weight that predicts held-out recipes best. off "
        "adds none.",
    )
    same_company: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        description="How far two ingredients must go with the same others to be alternatives, "
        "such as chicken and salmon, instead of an unusual pair. It is measured by the cosine of "
        "their positive log lifts.",
    )
    examples: int = Field(
        420_000,
        ge=0,
        description="Number of recipes that the model of ingredients in context is shown in all. "
        "If it starts from the built-in judge's model, it is shown half as many.",
    )
    epochs: int = Field(
        4,
        ge=1,
        description="Largest number of times that the model of ingredients in context is shown "
        "the same recipe.",
    )
    ingredients: int = Field(
        3000,
        ge=1,
        description="Largest number of ingredients that are judged, the most common ones. The "
        "memory for their pairs grows with the square of this number.",
    )
    held_out: int = Field(
        20_000,
        ge=1,
        description="Largest number of held-out recipes that are read as texts to calibrate and "
        "to test. Those with the smallest ids are taken. As ids are hashes, this is a random "
        "choice.",
    )
    text_words: int = Field(
        200,
        ge=2,
        description="Words of a real recipe that are read to calibrate, as many as the longest "
        "generated text has.",
    )


GeneratorName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        pattern=r"^\w[\w .+@-]*$",
        description="Name of the generator in the tables and the report.",
    ),
]

TITLE = "{title}"
"""The placeholder for the title of a recipe in a prompt."""


class LstmModel(Section):
    """The word-level LSTM that the run trains."""

    kind: Literal["lstm"] = "lstm"


class _Drawn(Section):
    """A generator that is asked for each sample of the grid."""

    name: GeneratorName
    has_temperature: bool = Field(
        True,
        description="Whether the generator accepts a temperature. If not, its samples are drawn "
        "only once, without temperatures and cut-offs.",
    )
    block_size: int = Field(
        128,
        ge=1,
        description="Samples in a unit of work, which is drawn, stored and resumed as a whole.",
    )


class OpenAIModel(_Drawn):
    """A model behind an endpoint that speaks the OpenAI API."""

    kind: Literal["openai"]
    address: str = Field(
        pattern=r"^https?://",
        description="Address of the endpoint up to and including the version, such as "
        "http://127.0.0.1:8000/v1.",
    )
    model: str = Field(min_length=1, description="Name of the model at the endpoint.")
    api: Literal["chat", "completions"] = Field(
        "chat",
        description="chat asks for an answer to a message, completions for the continuation of a "
        "text.",
    )
    key_variable: str | None = Field(
        None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
        description="Environment variable that holds the key. The key itself is never stored.",
    )
    prompt: str | None = Field(
        None,
        description="Prompt of a sample with a title; {title} stands for the title. If unset, "
        "recipegen's own prompt is used.",
    )
    open_prompt: str | None = Field(
        None,
        description="Prompt of a sample without a title. If unset, recipegen's own prompt is used.",
    )
    system: str | None = Field(
        None, description="System message of a chat. If unset, none is sent."
    )
    max_tokens: int = Field(800, ge=1, description="Longest answer, in the model's tokens.")
    requests: int = Field(
        8, ge=1, le=1000, description="Largest number of requests under way at the same time."
    )
    most_requests: int = Field(
        20_000, ge=1, description="Largest number of requests sent in all, retries included."
    )
    most_tokens: int | None = Field(
        None,
        ge=1,
        description="Largest number of tokens of answers that may be asked for in all. If unset, "
        "there is no limit.",
    )
    tries: int = Field(
        6, ge=1, le=100, description="How often a request is sent before it counts as failed."
    )
    timeout: float = Field(120.0, gt=0.0, description="Seconds to wait for an answer.")
    log_probabilities: bool = Field(
        False,
        description="Whether to ask for log-probabilities of the words. Not every server can "
        "give them.",
    )
    extra: dict[str, Any] = Field(
        {},
        description="Additional fields of each request. The value none removes a field that "
        "recipegen sends.",
    )

    @field_validator("address")
    @classmethod
    def _without_key(cls, address: str) -> str:
        if "@" in address or "key=" in address.lower():
            raise ValueError(
                "an address must not contain a key; name its environment variable in key_variable"
            )
        return address

    @field_validator("prompt")
    @classmethod
    def _with_title(cls, prompt: str | None) -> str | None:
        if prompt is not None and TITLE not in prompt:
            raise ValueError("the prompt must contain {title}")
        return prompt


class TransformersModel(_Drawn):
    """A causal language model of the library transformers, on this machine."""

    kind: Literal["transformers"]
    model: str = Field(
        min_length=1,
        description="Folder of the model, or its name if the library already has it on this "
        "machine.",
    )
    prompt: str = Field(
        "recipe for {title} |",
        description="Text that the model continues; {title} stands for the title.",
    )
    open_prompt: str = Field(
        "recipe for", description="Text that the model continues if there is no title."
    )
    chat: bool = Field(
        False,
        description="Whether the prompt is sent as a message in the model's chat template.",
    )
    max_new_tokens: int = Field(300, ge=1, description="Longest answer, in the model's tokens.")
    batch_size: int = Field(16, ge=1, description="Samples drawn at once.")


class PythonModel(_Drawn):
    """A Python function of the user."""

    kind: Literal["python"]
    function: str = Field(
        pattern=r"^[\w.]+:[\w.]+$",
        description="The function, as module:function. It gets a batch of prompts and returns "
        "their texts.",
    )


class FileModel(Section):
    """Texts that already exist in a file."""

    kind: Literal["file"]
    name: GeneratorName | None = Field(
        None,
        description="Name of the generator in the tables and the report. If unset, it is the "
        "name of the file without its ending. Results of another tool name their models "
        "themselves.",
    )
    path: str = Field(
        description="File with one recipe on each line, or results of inspect_ai, promptfoo or "
        "lm-eval: a file, or a folder of them."
    )


Model = Annotated[
    LstmModel | OpenAIModel | TransformersModel | PythonModel | FileModel,
    Field(discriminator="kind"),
]
AskedModel = OpenAIModel | TransformersModel | PythonModel
"""A generator, other than the network, that draws samples of the grid."""

MODEL_KINDS: dict[str, type[Section]] = {
    "lstm": LstmModel,
    "openai": OpenAIModel,
    "transformers": TransformersModel,
    "python": PythonModel,
    "file": FileModel,
}
"""The settings of each kind of generator."""

HOW_ASKED = (
    *("key_variable", "requests", "most_requests", "most_tokens", "tries", "timeout"),
    "batch_size",
)
"""Settings of generators that change no sample. No sample is drawn again when they change."""

RESERVED_NAMES = ("real", "real with lists", "control")


class Generate(Section):
    """The generators, and the grid of samples that each of them draws."""

    models: tuple[Model, ...] = Field(
        (LstmModel(),),
        description="The generators. If none has the kind lstm, no network is trained.",
    )
    temperatures: tuple[Temperature, ...] = Field(
        (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5),
        min_length=1,
        description="Sampling temperatures. 0 takes the most probable word, and gives one sample "
        "for each prompt.",
    )
    samples: int = Field(2000, ge=1, description="Samples drawn at each temperature above 0.")
    prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), min_length=1, description="Prompts that are continued in turn."
    )
    title_share: Share = Field(
        0.5,
        description="Share of the samples that continue the title of a held-out recipe instead "
        "of a prompt. The titles are the same at each temperature.",
    )
    top_k: tuple[TopK, ...] = Field(
        (0,),
        min_length=1,
        description="Draw only among the k most probable words (Fan et al. 2018). 0 draws among "
        "all words.",
    )
    top_p: tuple[TopP, ...] = Field(
        (1.0,),
        min_length=1,
        description="Draw only among the most probable words that together just reach this "
        "probability, after applying the temperature (nucleus sampling, Holtzman et al. 2020). 1 "
        "draws among all words. Every combination of top_k, top_p, min_p and the temperatures is "
        "drawn.",
    )
    min_p: tuple[MinP, ...] = Field(
        (0.0,),
        min_length=1,
        description="Draw only among the words that have at least this fraction of the "
        "probability of the most probable word, after applying the temperature (Nguyen et al. "
        "2024). 0 draws among all words.",
    )
    max_tokens: int = Field(
        200, ge=2, le=10_000, description="Longest sample of the LSTM in words, prompt included."
    )
    block_size: int = Field(
        2000,
        ge=1,
        description="Samples in a unit of work, which is drawn, stored and resumed as a whole.",
    )
    others: tuple[str, ...] = Field(
        (),
        description="Files or folders with samples of other generators. This is a short form of "
        "models of the kind file.",
    )
    probability_prompts: tuple[Prompt, ...] = Field(
        ("recipe for roasted vegetables | chop 1 /", "recipe for chocolate ice cream |"),
        description="Prompts whose next-word probabilities the report shows.",
    )
    probability_temperatures: tuple[Temperature, ...] = Field(
        (1.0, 0.2), description="Temperatures of the next-word probabilities."
    )
    probability_top: int = Field(
        10, ge=1, le=1000, description="Number of most probable next words that are kept."
    )
    probability_samples: int = Field(
        2,
        ge=0,
        description="Number of samples of each temperature and cut-off whose likely next words "
        "are kept at every step. The first samples are taken.",
    )

    @field_validator(
        "temperatures", "top_k", "top_p", "min_p", "probability_temperatures", "prompts"
    )
    @classmethod
    def _once_each(cls, values: tuple[object, ...]) -> tuple[object, ...]:
        if len(set(values)) != len(values):
            raise ValueError("a value occurs twice")
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
        """The other generators that draw samples of the grid, by name."""
        return {
            model.name: model
            for model in self.models
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel)
        }

    @property
    def files(self) -> dict[str, Path]:
        """Files of texts that already exist, by the name of their generator."""
        return dict(self._files())

    def _files(self) -> Iterator[tuple[str, Path]]:
        for model in self.models:
            if isinstance(model, FileModel):
                path = Path(model.path)
                yield model.name or path.stem, path
        yield from ((Path(file).stem, Path(file)) for file in self.others)

    def named(self) -> Iterator[str]:
        """The names of all generators except the network; a name that two share comes twice."""
        for model in self.models:
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel):
                yield model.name
        yield from (name for name, _ in self._files())


class Score(Section):
    """The real recipes and the control that samples are compared with."""

    references: int = Field(
        2000,
        ge=1,
        description="Number of held-out real recipes that samples are compared with. The same "
        "recipes with exchanged ingredients are the control. There are fewer if the test split "
        "is smaller.",
    )
    block_size: int = Field(1000, ge=1, description="Samples in a unit of work.")


class Summarise(Section):
    """The statistics over temperatures."""

    confidence: float = Field(
        0.95, gt=0.0, lt=1.0, description="Confidence level of the intervals."
    )
    resamples: int = Field(2000, ge=100, description="Number of bootstrap resamples of the texts.")
    onset_margin: float = Field(
        0.01,
        ge=0.0,
        lt=1.0,
        description="How far the rate of implausible pairs must exceed that of real recipes at "
        "the temperature of onset.",
    )
    corrected: bool = Field(
        True,
        description="Whether rates are also corrected for the judge's errors, by labels of people "
        "(recipegen label). Without labels of the run, the labels that came with the built-in "
        "judge are used, if there are any.",
    )
    wanted_half_width: float = Field(
        0.01,
        gt=0.0,
        lt=0.5,
        description="Half the width that the interval of a corrected rate is to have. The report "
        "says how many more labels that takes.",
    )


class Report(Section):
    """What the report page shows and where it is copied to."""

    title: str | None = Field(
        None,
        description="Title of the page. If unset, the title says what was compared and on which "
        "corpus.",
    )
    folder: str | None = Field(
        "reports",
        description="Folder that gets a copy of the page and an index of all runs. If it is "
        "none, there is neither.",
    )
    pairs: int = Field(25, ge=1, le=1000, description="Number of implausible pairs in the table.")
    samples: int = Field(4, ge=1, le=50, description="Samples shown in full at each temperature.")

    @field_validator("folder", mode="before")
    @classmethod
    def _none_is_none(cls, folder: object) -> object:
        # TOML cannot say null, so a file says "none", as --set does.
        return None if folder == "none" else folder


class Execution(Section):
    """How the machine is used. No setting changes a result, but a GPU rounds otherwise."""

    threads: int | None = Field(
        None,
        ge=1,
        description="Threads of a numeric operation, shared among the workers of a machine. If "
        "unset, every core is used.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the network runs. auto uses a GPU if there is one."
    )
    batch_size: int = Field(
        1024,
        ge=1,
        le=65_536,
        description="Number of samples that the network writes at the same time.",
    )
    runner: Literal["threads", "processes", "dask", "ray"] = Field(
        "threads",
        description="Where the units of work of a stage are done: in threads of one process, in "
        "processes on this machine, or on a Dask or Ray cluster (pip install 'recipegen[dask]' "
        "or 'recipegen[ray]').",
    )
    workers: int = Field(
        2,
        ge=1,
        le=256,
        description="Largest number of units of work of a stage that a machine does at the same "
        "time.",
    )
    cluster: str | None = Field(
        None,
        min_length=1,
        description="Address of a running cluster, such as tcp://host:8786 (Dask) or "
        "ray://host:10001 (Ray). If unset, a cluster is started on this machine, with one "
        "process for each worker.",
    )

    @field_validator("cluster")
    @classmethod
    def _of_a_runner_that_has_one(cls, cluster: str | None, known: ValidationInfo) -> str | None:
        runner = known.data.get("runner")
        if cluster is not None and runner in ("threads", "processes"):
            raise ValueError(
                f"{runner} work on this machine only; set execution.runner to dask or ray, "
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
        """The settings as JSON values, without those of generators that change no sample."""
        aside = {"generate": {"models": {"__all__": set(HOW_ASKED)}}}
        return self.model_dump(mode="json", exclude=aside)


def read_configuration(path: Path) -> dict[str, Any]:
    """The settings in a TOML or JSON file, as nested dictionaries, not yet checked.

    Raises:
        UsageError: the file is missing, not UTF-8, or neither TOML nor JSON by its suffix.
    """
    parsers = {".toml": tomllib.loads, ".json": json.loads}
    if path.suffix not in parsers:
        raise UsageError(f"{path}: a configuration must be a .toml or .json file")
    try:
        settings = parsers[path.suffix](path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: not valid {path.suffix[1:].upper()}: {error}") from error
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: a configuration must be a table of sections")
    return settings


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Nested settings from words ``section.key=value``.

    If two words set the same key, the later one wins. A value that is valid JSON (``3``, ``true``,
    ``[0.5, 1]``) is read as JSON, any other as text. ``none`` means null.

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
    """``settings``, overridden by the values of ``over``, section by section."""
    merged = dict(settings)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = merge(below, value)
        merged[key] = value
    return merged


def configure(*layers: Mapping[str, Any]) -> Configuration:
    """The configuration made from layers of settings; later layers override earlier ones.

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
    # A table of settings may hold what must not be printed, such as a key.
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
