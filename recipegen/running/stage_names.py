"""The names of the stages, in order. A command line needs no more to explain itself."""

STAGE_NAMES = (
    "ingest",
    "tokenise",
    "train",
    "learn-ingredients",
    "learn-pairings",
    "generate",
    "score",
    "measure",
    "summarise",
    "report",
)
