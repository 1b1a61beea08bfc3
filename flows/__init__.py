"""Prefect flows: a thin layer that schedules, watches and resumes the work of recipegen.

Prefect reads its environment when it is imported. So the variables that every run needs are set
here, before any module of the package imports Prefect.
"""

import os
import warnings

SETTINGS = {
    # Neither the client nor the server reports to anybody what is run here.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Lines that the library logs outside a flow run go only to the terminal.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""Environment of every run. It overrides the user's profile."""

os.environ.update(SETTINGS)
# A run survives four minutes without a server. Prefect's default of five tries lasts one minute.
os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "7")
# Prefect warns on import. If the folder is needed, we report the problem ourselves in one line.
warnings.filterwarnings("ignore", "Failed to create the Prefect home directory")
