"""A secret is found where it is kept, and printed nowhere."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from sheetflow.errors import SetupError
from sheetflow.secrets import Secret, find_secret


def test_a_secret_prints_as_stars_however_it_is_printed() -> None:
    secret = Secret("hunter2")
    shown = f"{secret} {secret!r} {secret!s} {secret:>20} {[secret]} {secret!s}"
    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy])
def test_a_secret_is_not_written_anywhere(keep: object) -> None:
    with pytest.raises(TypeError, match="not written"):
        keep(Secret("hunter2"))  # type: ignore[operator]  # both are functions


def test_a_secret_comes_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "smtp"
    path.write_text("hunter2\n", encoding="utf-8")
    path.chmod(0o600)
    assert find_secret({"file": "smtp"}, folder=tmp_path).reveal() == "hunter2"
    path.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        find_secret({"file": "smtp"}, folder=tmp_path)


def test_a_secret_comes_from_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    assert find_secret({"environment": "SMTP_PASSWORD"}, folder=tmp_path).reveal() == "hunter2"
    monkeypatch.delenv("SMTP_PASSWORD")
    with pytest.raises(SetupError, match="SMTP_PASSWORD is not set"):
        find_secret({"environment": "SMTP_PASSWORD"}, folder=tmp_path)


@pytest.mark.parametrize("source", [{}, {"text": "x"}, {"file": "a", "environment": "b"}])
def test_a_secret_without_a_source_is_asked_for(source: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="needs a source"):
        find_secret(source, folder=tmp_path)


def test_a_missing_or_empty_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        find_secret({"file": "smtp"}, folder=tmp_path)
    (tmp_path / "smtp").touch(mode=0o600)
    with pytest.raises(SetupError, match="is empty"):
        find_secret({"file": "smtp"}, folder=tmp_path)
