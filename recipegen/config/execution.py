"""How a run is executed; nothing in its tables depends on these settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from recipegen.config.section import Section


class Execution(Section):
    """How the machine is used. No setting changes a result, but a GPU rounds otherwise."""

    threads: int | None = Field(
        None,
        ge=1,
        description="Threads of a numeric operation, shared among the workers of a machine. If "
        "unset, every core is used.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the network runs. auto uses a GPU if there is one."
    )
    batch_size: int = Field(
        1024,
        ge=1,
        le=65_536,
        description="Number of samples that the network writes at the same time.",
    )
    runner: Literal["threads", "processes", "dask", "ray"] = Field(
        "threads",
        description="Where the units of work of a stage are done: in threads of one process, in "
        "processes on this machine, or on a Dask or Ray cluster (pip install 'recipegen[dask]' "
        "or 'recipegen[ray]').",
    )
    workers: int = Field(
        2,
        ge=1,
        le=256,
        description="Largest number of units of work of a stage that a machine does at the same "
        "time.",
    )
    cluster: str | None = Field(
        None,
        min_length=1,
        description="Address of a running cluster, such as tcp://host:8786 (Dask) or "
        "ray://host:10001 (Ray). If unset, a cluster is started on this machine, with one "
        "process for each worker.",
    )

    @field_validator("cluster")
    @classmethod
    def _of_a_runner_that_has_one(cls, cluster: str | None, known: ValidationInfo) -> str | None:
        runner = known.data.get("runner")
        if cluster is not None and runner in ("threads", "processes"):
            raise ValueError(
                f"{runner} work on this machine only; set execution.runner to dask or ray, "
                "or execution.cluster to none"
            )
        return cluster
