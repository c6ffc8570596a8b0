"""The user's files come before the package's, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.assets import asset_folders, find_asset, find_project, list_variants, rules_file
from leaflets.errors import ContentError, TemplateError

from .conftest import ROOT


def test_a_file_of_the_project_overrides_the_package_s(tmp_path: Path) -> None:
    own = tmp_path / "styles" / "tokens.css"
    own.parent.mkdir()
    own.write_text("", encoding="utf-8")
    assert find_asset("styles", "tokens.css", tmp_path) == own
    assert find_asset("styles", "base.css", tmp_path) == ROOT / "styles/base.css"
    assert asset_folders("styles", tmp_path) == (own.parent, ROOT / "styles")


def test_the_project_is_the_nearest_folder_with_a_config(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_project(deep) == deep
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    assert find_project(deep) == tmp_path


def test_variants_are_folders(tmp_path: Path) -> None:
    (tmp_path / "templates" / "caregiver").mkdir(parents=True)
    assert list_variants(tmp_path) == ("clinician", "patient")
    (tmp_path / "templates" / "caregiver" / "variant.toml").write_text("", encoding="utf-8")
    assert list_variants(tmp_path) == ("caregiver", "clinician", "patient")


def test_what_is_nowhere_is_said() -> None:
    with pytest.raises(TemplateError, match=r"templates/x\.html"):
        find_asset("templates", "x.html", None)
    with pytest.raises(ContentError, match=r"rules/x\.toml"):
        rules_file("x.toml", None)
