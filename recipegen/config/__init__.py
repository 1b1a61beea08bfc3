"""The run's configuration: every setting, its default, bounds and meaning.

Each stage has one frozen section, in a module of its name. The Prefect UI shows the field
descriptions in its form, and ``recipegen settings`` prints them. So they are written for the person
who starts a run.
"""

from recipegen.config.configuration import (
    RUNS,
    Configuration,
    configure,
    merge,
    parse_assignments,
    read_configuration,
)
from recipegen.config.execution import Execution
from recipegen.config.generate import RESERVED_NAMES, Generate
from recipegen.config.generators import (
    HOW_ASKED,
    MODEL_KINDS,
    TITLE,
    AskedModel,
    FileModel,
    GeneratorName,
    LstmModel,
    Model,
    OpenAIModel,
    PythonModel,
    TransformersModel,
)
from recipegen.config.ingest import EMBEDDED_CORPUS, Columns, CorpusFormat, Ingest
from recipegen.config.learn_ingredients import LearnIngredients
from recipegen.config.learn_pairings import LearnPairings
from recipegen.config.report import Report
from recipegen.config.score import Score
from recipegen.config.section import Language, MinP, Prompt, Section, Share, Temperature, TopK, TopP
from recipegen.config.summarise import Summarise
from recipegen.config.tokenise import Tokenise
from recipegen.config.train import Cutoff, Train

__all__ = [
    "EMBEDDED_CORPUS",
    "HOW_ASKED",
    "MODEL_KINDS",
    "RESERVED_NAMES",
    "RUNS",
    "TITLE",
    "AskedModel",
    "Columns",
    "Configuration",
    "CorpusFormat",
    "Cutoff",
    "Execution",
    "FileModel",
    "Generate",
    "GeneratorName",
    "Ingest",
    "Language",
    "LearnIngredients",
    "LearnPairings",
    "LstmModel",
    "MinP",
    "Model",
    "OpenAIModel",
    "Prompt",
    "PythonModel",
    "Report",
    "Score",
    "Section",
    "Share",
    "Summarise",
    "Temperature",
    "Tokenise",
    "TopK",
    "TopP",
    "Train",
    "TransformersModel",
    "configure",
    "merge",
    "parse_assignments",
    "read_configuration",
]
