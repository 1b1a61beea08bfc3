"""Each temperature gets the same prompts, and blocks cover each sample once."""

from hypothesis import given
from hypothesis import strategies as st

from recipegen.config import Generate
from recipegen.language.grid import Prompt, blocks, prompts, title_prompt

TITLES = [title_prompt(f"{number:02x}", f"Dish No. {number}") for number in range(3)]


def test_prompts_in_turn_then_titles_in_turn() -> None:
    settings = Generate(samples=9, prompts=("recipe for", "Recipe for pie |"), title_share=0.5)
    drawn = prompts(settings, TITLES, 1.0)
    assert [prompt.text for prompt in drawn[:5]] == ["recipe for", "recipe for pie |"] * 2 + [
        "recipe for"
    ]
    assert [prompt.recipe_id for prompt in drawn] == [None] * 5 + ["00", "01", "02", "00"]
    assert drawn[5] == Prompt("recipe for dish no . 0 |", "title", "00")


def test_at_zero_each_prompt_stands_once() -> None:
    settings = Generate(samples=100, title_share=0.5)
    assert prompts(settings, TITLES, 0.0) == [Prompt("recipe for", "open"), *TITLES]


def test_without_held_out_recipes_all_samples_are_open() -> None:
    groups = [prompt.group for prompt in prompts(Generate(samples=4), [], 1.0)]
    assert groups == ["open"] * 4


@given(
    st.integers(1, 50),
    st.integers(1, 20),
    st.floats(0, 1),
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), min_size=1, unique=True),
)
def test_blocks_cover_each_sample_once(
    samples: int, size: int, share: float, temperatures: list[float]
) -> None:
    settings = Generate(
        samples=samples, block_size=size, title_share=share, temperatures=tuple(temperatures)
    )
    covered = [
        (block.temperature, number)
        for block in blocks(settings, TITLES)
        for number in range(block.first, block.last)
    ]
    assert covered == [
        (temperature, number)
        for temperature in temperatures
        for number in range(len(prompts(settings, TITLES, temperature)))
    ]
