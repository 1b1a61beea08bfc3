"""Prefect flows: the thin skin that schedules, watches and resumes what recipegen does.

Prefect reads its environment when it is imported, so what every run needs is set here, before any
module of the package imports it.
"""

import os
import warnings

SETTINGS = {
    # Nobody is told what is run here: neither by the client nor by the server.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Lines of the library that are logged outside a flow run belong to the terminal alone.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""Environment of every run, whatever the user's profile says."""

os.environ.update(SETTINGS)
# A run outlasts a server that is gone for four minutes; Prefect's own five tries end after one.
os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "7")
# Prefect warns when it is imported; where the folder is needed we say it ourselves, in one line.
warnings.filterwarnings("ignore", "Failed to create the Prefect home directory")
