"""Only the fonts of the list, each drawn with its own glyphs."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from leaflets.errors import PdfError
from leaflets.pdf import default_rules, engine_identity, native, render_pdf
from leaflets.pdf.fonts import absent_fonts, find_fonts, read_rules, require_fonts, shut_out_other_fonts
from tests.pdf.sheet import sheet

_LIST_FONTS = """
import sys
from pathlib import Path
from leaflets.pdf.engine import _engine
from leaflets.pdf import default_rules
_engine(default_rules())
from weasyprint.text.ffi import ffi, fontconfig
config = fontconfig.FcInitLoadConfigAndFonts()
fonts = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
name = ffi.new("FcChar8 **")
for i in range(fonts.nfont):
    fontconfig.FcPatternGetString(fonts.fonts[i], b"file", 0, name)
    print(Path(ffi.string(name[0]).decode()).name)
"""


def test_no_other_font_is_visible(tmp_path: Path) -> None:
    """A font dropped where the machine, the user or an older cache would find it does not exist for the engine."""
    stranger = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None) or find_fonts(default_rules())[0]
    for place in (".fonts", ".local/share/fonts"):
        (tmp_path / place).mkdir(parents=True)
        shutil.copy(stranger, tmp_path / place / "Stranger.ttf")
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / ".local/share")}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    environment.pop("FONTCONFIG_FILE", None)

    def visible() -> list[str]:
        run = [sys.executable, "-c", _LIST_FONTS]
        return subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout.split()

    allowed = sorted(path.name for path in find_fonts(default_rules()))
    assert sorted(visible()) == allowed
    (folder,) = (tmp_path / "cache" / "leaflets").glob("fontconfig-*")
    shutil.copy(stranger, folder / "fonts" / "Stranger.ttf")
    assert sorted(visible()) == allowed


def test_fonts_in_the_file() -> None:
    body = (
        '<p class="kicker">k</p><h1>T</h1><p>plain <b>bold</b> <i>italic</i> <b><i>both</i></b></p>'
        "<p style=\"font-family: 'DejaVu Serif', Arial, serif\">strangers asked for</p>"
    )
    data = render_pdf(sheet(body=body), identity="x").data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item]
        names = {str(font.BaseFont) for font in fonts}
    assert {name.split("+")[1] for name in names} == {
        "Noto-Sans",
        "Noto-Sans-Bold",
        "Noto-Sans-Italic",
        "Noto-Sans-Bold-Italic",
    }


def _picture(markup: str) -> bytes:
    css = "@page { @top-left { content: none } @top-right { content: none } @bottom-right { content: none } }"
    data = render_pdf(
        sheet(body=f'<h1 style="font-size: 1pt; color: white">T</h1>{markup}', css=css), identity="x"
    ).data
    return bytes(pypdfium2.PdfDocument(data)[0].render(scale=2, grayscale=True).buffer)


def test_each_style_is_drawn_with_its_own_glyphs() -> None:
    """Both weights in one line come out as they do alone: the picture of a word does not depend on its neighbors."""
    word = '<p style="position: absolute; top: {y}mm; left: 0; {style}">0.25 mg Wight & fox</p>'
    styles = ["", "font-weight: bold", "font-style: italic", "font-weight: bold; font-style: italic"]
    alone = [_picture(word.format(y=20 * i, style=style)) for i, style in enumerate(styles)]
    together = _picture("".join(word.format(y=20 * i, style=style) for i, style in enumerate(styles)))
    blank = _picture("")
    assert len(set(alone)) == len(alone)
    merged = bytes(min(values) for values in zip(*alone, strict=True))
    assert merged == together
    amounts = [sum(255 - value for value in picture) - sum(255 - value for value in blank) for picture in alone]
    assert amounts[1] > amounts[0] * 1.2
    assert amounts[3] > amounts[2] * 1.2


def test_missing_fonts_are_told_with_the_command(tmp_path: Path) -> None:
    rules = tmp_path / "fonts.toml"
    rules.write_text(re.sub(r"folders = \[.*?\]", f'folders = ["{tmp_path}"]', default_rules().read_text(), flags=re.S))
    with pytest.raises(PdfError) as caught:
        find_fonts(rules)
    (problem,) = caught.value.problems
    assert problem.rule == "font-missing"
    assert "NotoSans-Bold.ttf" in problem.message
    assert caught.value.exit_code == 6
    for command in ("apt-get install fonts-noto-core", "dnf install", "macOS: "):
        assert command in (problem.hint or "")


def test_a_locale_whose_font_is_not_here_is_refused(tmp_path: Path) -> None:
    """Another font that has its letters might draw forms that its readers do not write."""
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    for path in find_fonts(default_rules()):
        if path.name != "BIZUDGothic-Bold.ttf":
            (fonts / path.name).symlink_to(path)
    rules = tmp_path / "fonts.toml"
    rules.write_text(re.sub(r"folders = \[.*?\]", f'folders = ["{fonts}"]', default_rules().read_text(), flags=re.S))
    assert "BIZ UDGothic" in [font.family for font in absent_fonts(rules)]
    require_fonts(rules, ["Latn", "Hans", "Aran"])
    page = replace(sheet(), lang="ja-JP")
    with pytest.raises(PdfError) as caught:
        render_pdf(page, identity="x", fonts_rules=rules)
    (problem,) = caught.value.problems
    assert problem.rule == "font-missing"
    assert "BIZ UDGothic" in problem.message
    assert "fonts-morisawa-bizud-gothic" in (problem.hint or "")


def test_missing_library_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "load_library", lambda name: None if name == "HarfBuzz subset" else object())
    with pytest.raises(PdfError) as caught:
        native.require_libraries(default_rules())
    assert caught.value.problems[0].rule == "library-missing"
    assert "libharfbuzz-subset0" in (caught.value.problems[0].hint or "")


def test_rules_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PdfError, match="font-rules"):
        read_rules(tmp_path / "none.toml")
    (tmp_path / "half.toml").write_text("stack = 'x'")
    with pytest.raises(PdfError, match="font-rules"):
        read_rules(tmp_path / "half.toml")


def test_every_needed_font_is_here_and_every_name_right() -> None:
    rules = read_rules(default_rules())
    known = {name for font in rules.fonts for name in font.files}
    needed = {name for font in rules.fonts if font.needed for name in font.files}
    assert needed <= {path.name for path in find_fonts(default_rules())} <= known
    families = {font.family for font in rules.fonts}
    assert set(re.findall('"([^"]+)"', rules.stack)) <= families
    assert {font.install for font in rules.fonts} <= rules.install.keys()


def test_many_processes_at_once_share_a_folder(tmp_path: Path) -> None:
    code = "from leaflets.pdf.fonts import *; print(shut_out_other_fonts(default_rules()))"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    children = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    answers = {child.communicate()[0] for child in children}
    assert [child.returncode for child in children] == [0] * 6
    assert len(answers) == 1
    assert len(list((tmp_path / "leaflets").iterdir())) == 1


def test_works_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("FONTCONFIG_FILE", os.environ.get("FONTCONFIG_FILE", ""))
    assert shut_out_other_fonts(default_rules()).is_file()


def test_one_file_may_serve_two_families(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "fonts.toml"
    more = '[[font]]\nfamily = "Twin"\nscripts = []\nfiles = ["NotoSans-Bold.ttf"]\ninstall = "noto"\n'
    rules.write_text(f"{default_rules().read_text()}\n{more}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", os.environ.get("FONTCONFIG_FILE", ""))
    assert shut_out_other_fonts(rules).is_file()
    assert sorted(find_fonts(rules)) == sorted(find_fonts(default_rules()))


def test_identity_follows_the_fonts(tmp_path: Path) -> None:
    first = engine_identity(default_rules())
    assert re.fullmatch("[0-9a-f]{12}", first)
    for path in find_fonts(default_rules()):
        shutil.copy(path, tmp_path / path.name)
    rules = tmp_path / "fonts.toml"
    rules.write_text(re.sub(r"folders = \[.*?\]", f'folders = ["{tmp_path}"]', default_rules().read_text(), flags=re.S))
    assert engine_identity(rules) == first
    engine_identity.cache_clear()
    with (tmp_path / "NotoSans-Bold.ttf").open("ab") as file:
        file.write(b"\0")
    assert engine_identity(rules) != first


def test_versions_of_all_libraries_are_known() -> None:
    versions = native.library_versions()
    assert all(re.search(r"\d", version) for name, version in versions.items()), versions
