"""Makes the built-in judge again.

``python -m recipegen.judging.judge_training CORPORA --work FOLDER``

Reads recipes and ingredient lists and learns from them as a run would, but without a judge as
prior. Then writes ``judge.safetensors`` and ``card.json``. This takes minutes on two cores. The
stages that are done stay in FOLDER/run, so that an interrupted command can be resumed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import recipegen
from recipegen.config import LearnPairings
from recipegen.console import log_to_terminal, showing_progress
from recipegen.judge.built_in import CARD_FILE, JUDGE_FILE, judge_numbers
from recipegen.pairing.counts import Counts
from recipegen.pairing.human_judgements import learn_objections, read_judgements
from recipegen.pairing.learning import Beforehand, chooses_parameters
from recipegen.pairing.lifts import fit_lifts
from recipegen.pairing.objections import Objections
from recipegen.pairing.set_encoder import table_arrays
from recipegen.pairing.set_encoder_training import Restraint
from recipegen.pairing.verdicts import VERDICTS, Pairs, matrices_of
from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.stages.learn_pairings import learned_of
from recipegen.storage.run_folder import Run

CRUDE = frozenset(
    "adobo,almond,anise,apple,base,basmati,bay,bean,beans,beef,black,bouillon,bread,brine,broth,brown,"
    "cake,canola,cheese,cherry,chicken,chili,chips,chuck,chunky,cider,clove,cocoa,coconut,corn,cream,"
    "crust,curry,dal,date,dough,dressing,dried_chile,egg,fat,fennel,filet,fillets,fish,flaked,fruit,"
    "goat,grape,greens,herbs,ice,jack,jasmine,juice,kidney,lamb,leaf,leaves,lemon,lime,liquid,loin,"
    "masala,meat,milk,milk_fat,mint,mushroom,mustard,noodles,nuts,oil,olive,onion,orange,oyster,palm,"
    "pasta,pastry,peanut,pecan,pepper,plum,pork,potato,red,rib,rice,roast,rolls,rose,rub,russet,sage,"
    "salad,sauce,seasoning,seeds,sesame,shells,soda,soup,soy,spices,squash,steak,syrup,tea,tomato,"
    "turkey,veal,vegetable,vegetables,vinegar,walnut,water,wheat,wine,wood".split(",")
)
"""Names in CSV lists that were cut to a word or two, so that they may mean several foods: "black",
"olive"."""

MIN_RECIPES = 50
"""Fewest recipes with a name that the lexicon of the project lacks, for the name to be kept."""

EXAMPLES, EPOCHS = 1_200_000, 20
"""Recipes that the network is shown in total, and how often it is shown each of them at most. The
total is about three times that of a run, because the judge is made only once."""

RESTRAINT = Restraint(weight_decay=0.03, untold=0.25)

logger = logging.getLogger(__name__)


def named_lists(file: Path) -> list[dict[str, Any]]:
    """Ingredient lists from lines ``region,name,name,...``, without the names in ``CRUDE``."""
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        rows = [
            [name for name in row[1:] if name and name not in CRUDE] for row in csv.reader(lines)
        ]
    return [
        {
            "id": number,
            "ingredients": [name.replace("__", " and ").replace("_", " ") for name in row],
        }
        for number, row in enumerate(rows)
        if len(row) > 1
    ]


def prepare(corpora: Path, lists: list[Path], folder: Path) -> Run:
    """A run that has found the ingredients of all recipes and lists."""
    more = []
    for file in lists:
        if ".csv" in file.suffixes:
            target = folder / f"{file.name.split('.')[0]}.json"
            target.write_text(json.dumps(named_lists(file)), encoding="utf-8")
            file = target
        more.append(str(file.absolute()))
    settings = {
        "ingest": {"corpus": str(corpora.absolute()), "more_ingredients": more},
        "learn_ingredients": {"min_recipes": MIN_RECIPES},
        "learn_pairings": {"prior": "off"},
    }
    run = Run.prepare(folder / "run", settings)
    for name in ("ingest", "learn-ingredients"):
        with run.locked(), showing_progress(name) as progress:
            do_stage(run, stage_named(name), progress)
    return run


def make(run: Run, sources: list[Path], into: Path) -> dict[str, Any]:
    """Learn the judge from the recipes of a run and write it; returns its card."""
    settings = LearnPairings(prior="off", examples=EXAMPLES, epochs=EPOCHS)
    with showing_progress("learn-pairings") as progress:
        learned = learned_of(
            run, settings, Beforehand(learn_objections, None, restraint=RESTRAINT), progress
        )
    arrays = table_arrays(learned.ingredient_model)
    rows = run.read("recipe_ingredients")
    train = rows[rows["split"] == "train"]
    counts = Counts.of(train["recipe_id"], train["ingredient"], settings.ingredients)
    valid = rows[(rows["split"] == "valid") & chooses_parameters(rows["recipe_id"])]
    lifts = fit_lifts(counts, Counts.of(valid["recipe_id"], valid["ingredient"]))
    basic = learned.ingredients["basic"].to_numpy(dtype=bool)
    pairs = Pairs.of(lifts, counts.names, basic, Objections.from_arrays(arrays), settings)
    codes = matrices_of(list(counts.names), learned.pairings, arrays["unlisted"]).verdict[pairs.at]
    lexicon = run.read("lexicon")
    mined = sorted(set(lexicon.loc[lexicon["origin"] == "mined", "ingredient"]) & set(counts.names))
    numbers = judge_numbers(learned.ingredients, counts, pairs, codes, arrays, mined)
    (into / JUDGE_FILE.name).write_bytes(numbers)
    validation = learned.pairing_validation
    card = {
        "made": datetime.now(UTC).date().isoformat(),
        "by": f"python -m recipegen.judging.judge_training, recipegen {recipegen.__version__}",
        "sources": [_source(file) for file in sources],
        "recipes": int(run.outputs("ingest")["recipes"]["rows"]),
        "ingredient_lists": int(run.outputs("ingest")["ingredient_lists"]["rows"]),
        "counted": int(counts.uses.shape[0]),
        "ingredients": len(counts.names),
        "pairs": {name: int((codes == code).sum()) for code, name in enumerate(VERDICTS)},
        "judged_by_people": len(read_judgements()),
        "sha256": hashlib.sha256(numbers).hexdigest(),
        "bytes": len(numbers),
        "quality": [
            {"test": test, "metric": metric, "estimate": round(estimate, 4), "count": int(count)}
            for test, metric, estimate, count in validation[
                ["test", "metric", "estimate", "count"]
            ].itertuples(index=False)
        ],
        "limits": [
            "What these collections cook is mostly North American; dishes of other kitchens may "
            "look unusual.",
            "A recipe is a set: amounts, order and method play no part.",
            "One person judged the pairs that teach and measure the verdict implausible.",
        ],
    }
    text = json.dumps(card, indent=1, ensure_ascii=False)
    (into / CARD_FILE.name).write_text(text + "\n", encoding="utf-8")
    return card


def _source(file: Path) -> dict[str, str]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"file": file.name, "sha256": digest}


def main() -> None:
    """Make the judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="a corpus, or a folder of corpora")
    parser.add_argument("--lists", type=Path, nargs="*", default=[], help="ingredient lists")
    parser.add_argument("--work", type=Path, required=True, help="a folder to work in")
    parser.add_argument("--into", type=Path, default=JUDGE_FILE.parent, help="folder for the judge")
    options = parser.parse_args()
    log_to_terminal()
    options.work.mkdir(parents=True, exist_ok=True)
    run = prepare(options.corpora, options.lists, options.work)
    corpora = sorted(options.corpora.iterdir()) if options.corpora.is_dir() else [options.corpora]
    card = make(run, [*corpora, *options.lists], options.into)
    logger.info(
        "%s recipes, %s ingredients: %s", card["recipes"], card["ingredients"], options.into
    )


if __name__ == "__main__":
    main()
