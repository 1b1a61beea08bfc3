"""Settings of each kind of generator in ``generate.models``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from recipegen.config.section import Section

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
