"""``recipegen serve``: scheduled runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from recipegen.cli.parser import Commands


def add_serve(commands: Commands) -> None:
    """The command ``serve``."""
    serve = commands.add("serve", serve_deployments, "serve scheduled runs, and the UI of Prefect")
    serve.add_argument("--port", type=int, default=4200, help="of the server that is started")
    serve.add_argument("--file", type=Path, metavar="FILE", help="declares other deployments")


def serve_deployments(options: argparse.Namespace) -> None:
    """Serve deployments of flows until somebody stops it."""
    from recipegen.flows.serving import DEPLOYMENTS, serve

    serve(options.port, options.file or DEPLOYMENTS)
