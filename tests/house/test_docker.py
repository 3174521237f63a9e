"""The compose file is one that a docker client accepts, and names what the image has."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCKER = Path(__file__).resolve().parents[2] / "docker"


def compose() -> list[str]:
    """Find the client; the test is skipped where there is none."""
    command = ["docker", "compose"]
    if shutil.which("docker"):
        done = subprocess.run([*command, "version"], capture_output=True, check=False)
        if done.returncode == 0:
            return command
    pytest.skip("needs `docker compose`, which is not here")


def test_the_compose_file_is_valid() -> None:
    done = subprocess.run(
        [*compose(), "-f", str(DOCKER / "compose.yaml"), "config"],
        env={**os.environ, "ISTHMUS_DATABASE_PASSWORD": "not-a-secret"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_hub_worker_and_database_are_there_and_none_of_ours_has_privileges() -> None:
    file: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
    services = file["services"]
    assert set(services) == {"postgres", "hub", "worker"}
    assert all(services[name]["cap_drop"] == ["ALL"] for name in ("hub", "worker"))


def test_the_image_builds_in_stages_and_runs_as_nobody_special() -> None:
    lines = (DOCKER / "Dockerfile").read_text("utf-8").splitlines()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    assert "USER isthmus" in lines
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
