"""Each temperature and cut-off gets the same prompts, and blocks cover each sample once."""

from hypothesis import given
from hypothesis import strategies as st

from recipegen.config import Generate
from recipegen.language.sample_grid import Grid, Planned, Prompt, title_prompt
from recipegen.language.sampling import Sampling
from recipegen.running.stage import row_blocks, rows_of

TITLES = [title_prompt(f"{number:02x}", f"Dish No. {number}") for number in range(3)]


def all_of(settings: Generate, titles: list[Prompt]) -> list[Planned]:
    grid = Grid(settings, titles)
    return [sample for block in blocks_of(grid, settings) for sample in block]


def blocks_of(grid: Grid, settings: Generate) -> list[list[Planned]]:
    size = settings.block_size
    return [grid.samples(rows_of(name)) for name in row_blocks("samples", len(grid), size)]


def test_prompts_in_turn_then_titles_in_turn() -> None:
    settings = Generate(
        samples=9, prompts=("recipe for", "Recipe for pie |"), title_share=0.5, temperatures=(1.0,)
    )
    prompts = [sample.prompt for sample in all_of(settings, TITLES)]
    assert [prompt.text for prompt in prompts[:5]] == ["recipe for", "recipe for pie |"] * 2 + [
        "recipe for"
    ]
    assert [prompt.recipe_id for prompt in prompts] == [None] * 5 + ["00", "01", "02", "00"]
    assert prompts[5] == Prompt("recipe for dish no . 0 |", "title", "00", "Dish No. 0")


def test_at_zero_each_prompt_stands_once_whatever_the_cut_off() -> None:
    settings = Generate(samples=100, title_share=0.5, temperatures=(0.0,), top_k=(0, 7))
    prompts = [sample.prompt for sample in all_of(settings, TITLES)]
    assert prompts == [Prompt("recipe for", "open"), *TITLES]


def test_without_held_out_recipes_all_samples_are_open() -> None:
    settings = Generate(samples=4, temperatures=(1.0,))
    assert [sample.prompt.group for sample in all_of(settings, [])] == ["open"] * 4


def test_samples_are_named_after_what_their_numbers_belong_to() -> None:
    settings = Generate(samples=1, temperatures=(0.5, 1.0), top_k=(0, 40), top_p=(0.9, 1.0))
    named = {sample.sample_id: sample.how.group_of() for sample in all_of(settings, [])}
    assert named == {
        "T0.5-p0.9-000000": "generated, top-p 0.9",
        "T1-p0.9-000000": "generated, top-p 0.9",
        "T0.5-000000": "generated",
        "T1-000000": "generated",
        "T0.5-k40-p0.9-000000": "generated, top-k 40, top-p 0.9",
        "T1-k40-p0.9-000000": "generated, top-k 40, top-p 0.9",
        "T0.5-k40-000000": "generated, top-k 40",
        "T1-k40-000000": "generated, top-k 40",
    }


@given(
    st.integers(1, 50),
    st.integers(1, 20),
    st.floats(0, 1),
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), min_size=1, unique=True),
    st.lists(st.sampled_from([0, 3, 9]), min_size=1, unique=True),
)
def test_blocks_cover_each_sample_once(
    samples: int, size: int, share: float, temperatures: list[float], top_k: list[int]
) -> None:
    settings = Generate(
        samples=samples,
        block_size=size,
        title_share=share,
        temperatures=tuple(temperatures),
        top_k=tuple(top_k),
    )
    grid = Grid(settings, TITLES)
    assert all(len(block) <= size for block in blocks_of(grid, settings))
    covered = [(sample.how, sample.number) for sample in all_of(settings, TITLES)]
    greedy = 1 + min(round(samples * share), len(TITLES))
    assert covered == [
        (Sampling(temperature, k), number)
        for k in top_k
        for temperature in temperatures
        if temperature > 0 or k == top_k[0]
        for number in range(samples if temperature > 0 else greedy)
    ]
