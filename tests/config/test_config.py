"""Settings come in layers and are checked; a wrong one is refused, and what is allowed is said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.config import Configuration, configure, parse_assignments, read_configuration
from recipegen.errors import SettingError, UsageError


def test_the_defaults_are_those_of_the_conventions() -> None:
    defaults = configure()
    assert defaults.tokenise.vocabulary_size == 10_000
    assert defaults.tokenise.max_length == 200
    assert (defaults.train.embedding_size, defaults.train.hidden_size) == (100, 128)
    assert defaults.generate.temperatures == (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5)
    assert defaults.generate.samples == 2000
    assert defaults.generate.prompts == ("recipe for",)


def test_later_layers_win_setting_by_setting() -> None:
    made = configure({"train": {"epochs": 3, "layers": 2}}, {"train": {"epochs": 7}})
    assert (made.train.epochs, made.train.layers, made.train.hidden_size) == (7, 2, 128)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["train.epochs=3"], {"train": {"epochs": 3}}),
        (["seed=5", "seed=6"], {"seed": 6}),
        (["generate.temperatures=[0, 1.5]"], {"generate": {"temperatures": [0, 1.5]}}),
        (["train.tied-weights=true"], {"train": {"tied_weights": True}}),
        (["learn-pairings.interval=0.9"], {"learn_pairings": {"interval": 0.9}}),
        (["report.folder=none"], {"report": {"folder": None}}),
        (["report.title=a = b"], {"report": {"title": "a = b"}}),
        (["train.epochs=3", "train.layers=2"], {"train": {"epochs": 3, "layers": 2}}),
    ],
)
def test_assignments_make_nested_settings(words: list[str], settings: object) -> None:
    assert parse_assignments(words) == settings


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("train", "section.key=value"),
        ("=3", "section.key=value"),
        ("train.=3", "section.key=value"),
        ("train.epoch=3", "unknown setting 'train.epoch'; available in train: embedding_size"),
        ("trein.epochs=3", "unknown setting 'trein'; available in the configuration: seed"),
        ("train.epochs=0", "setting train.epochs: .* greater than or equal to 1, got 0"),
        ("train.epochs=many", "setting train.epochs: .* integer.*, got 'many'"),
        ("generate.temperatures=[]", "setting generate.temperatures"),
        ("generate.temperatures=[1, 1]", "a value occurs twice"),
        ("generate.temperatures=[-1]", "setting generate.temperatures.0"),
        ("learn_pairings.prior_strength=NaN", "setting learn_pairings.prior_strength"),
        ("train=3", "setting train"),
        ("execution.runner=forks", "setting execution.runner: .*'threads', 'processes', 'dask'"),
        ("execution.cluster=tcp://a:8786", "setting execution.cluster: .*threads work on this"),
    ],
)
def test_a_wrong_setting_is_refused(word: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        configure(parse_assignments([word]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", "seed = 3\n[train]\nepochs = 2"),
        ("a.json", '{"seed": 3, "train": {"epochs": 2}}'),
    ],
)
def test_a_file_is_toml_or_json(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    made = configure(read_configuration(path))
    assert (made.seed, made.train.epochs) == (3, 2)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.toml", b"seed =", "not valid TOML"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[]", "table of sections"),
        ("a.json", b'"\xff"', "not valid JSON"),
        ("a.yaml", b"seed: 3", r"\.toml or \.json"),
        ("a.toml", None, "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read_configuration(path)


@pytest.mark.parametrize("folder", ["none", None])
def test_a_file_can_say_that_there_is_no_folder_of_reports(folder: str | None) -> None:
    assert configure({"report": {"folder": folder}}).report.folder is None


def test_every_setting_has_a_meaning() -> None:
    for section in Configuration.model_fields.values():
        fields = getattr(section.annotation, "model_fields", {"": section})
        assert all(field.description for field in fields.values())


@given(st.dictionaries(st.text(), st.text()), st.text())
def test_no_word_escapes_as_anything_but_a_setting_error(
    settings: dict[str, str], word: str
) -> None:
    for layer in (lambda: settings, lambda: parse_assignments([word])):
        try:
            configure(layer())
        except SettingError as error:
            assert "\n" not in str(error)
