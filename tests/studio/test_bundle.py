"""The page's modules as one script."""

from __future__ import annotations

import pytest

from indextts.studio import bundle

LEAF = "export const a = 1;\nexport const b = () => a + 1;\n"


def test_what_is_imported_stands_before_what_needs_it_and_once() -> None:
    modules = {
        "lib/page.js": 'import { a } from "./leaf.js";\nimport "../tabs/x/tab.js";\nwindow.a = a;\n',
        "lib/leaf.js": LEAF,
        "tabs/x/tab.js": 'import {\n  a,\n  b,\n} from "../../lib/leaf.js";\nb(a);\n',
    }
    whole = bundle.script(modules, "lib/page.js")
    places = [whole.index(f"// {name}\n") for name in ("lib/leaf.js", "tabs/x/tab.js", "lib/page.js")]
    assert places == sorted(places) and whole.count("const a = 1;") == 1
    assert "import" not in whole and "export" not in whole and "return { a, b };" in whole


def test_comments_and_indentation_stay_behind() -> None:
    source = "// What it is.\nconst a = () => {\n  // Why.\n  return `x // y`; // z\n};\na();\n"
    whole = bundle.script({"lib/page.js": source}, "lib/page.js")
    assert "const a = () => {\nreturn `x // y`; // z\n};\n" in whole and "Why" not in whole


@pytest.mark.parametrize(
    "source",
    [
        "const a = `\n  b`;\n",
        "export default 1;\n",
        "export function a() {}\n",
        'export { a } from "./leaf.js";\n',
        'import * as leaf from "./leaf.js";\n',
        'import { a } from "elsewhere";\n',
        'const leaf = await import("./leaf.js");\n',
        'import { a } from "./nowhere.js";\n',
        'import { c } from "./again.js";\n',
        'import { nothing } from "./leaf.js";\n',
        'import { d } from "./two.js";\n',
    ],
)
def test_a_module_in_another_form_is_refused(source: str) -> None:
    again = 'import "./page.js";\nexport const c = 1;\n'
    two = "export const c = 1,\n  d = 2;\n"
    modules = {"lib/page.js": source, "lib/leaf.js": LEAF, "lib/again.js": again, "lib/two.js": two}
    with pytest.raises(ValueError, match="lib/"):
        bundle.script(modules, "lib/page.js")


def test_a_name_can_be_another_one_here() -> None:
    modules = {"lib/page.js": 'import { a as one, b } from "./leaf.js";\nb(one);\n', "lib/leaf.js": LEAF}
    assert "const { a: one, b } = $lib_leaf;" in bundle.script(modules, "lib/page.js")


def test_what_comes_late_shares_what_is_there_already() -> None:
    modules = {
        "lib/page.js": 'import { a } from "./leaf.js";\nwindow.a = a;\n',
        "lib/leaf.js": LEAF,
        "tabs/x/tab.js": 'import { b } from "../../lib/leaf.js";\nimport { c } from "./own.js";\nb(c);\n',
        "tabs/x/own.js": "export const c = 2;\n",
    }
    first, more = bundle.scripts(modules, "lib/page.js", {"lib/x.js": "tabs/x/tab.js"}, "./studio.js")
    late = more["lib/x.js"]
    assert first.endswith("\nexport { $lib_leaf };") and "tabs/x" not in first
    assert late.startswith('import { $lib_leaf } from "./studio.js";\n')
    assert "const c = 2;" in late and "const a = 1;" not in late and "const { b } = $lib_leaf;" in late
    assert late.index("// tabs/x/own.js") < late.index("// tabs/x/tab.js")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (
            "p { margin: -4px auto 0.5px; font-size: 13px; }",
            "p { margin: -0.25rem auto 0.03125rem; font-size: 0.8125rem; }",
        ),
        ("p { width: min(688px, calc(100vw - 32px)); }", "p { width: min(43rem, calc(100vw - 2rem)); }"),
        ("@media (max-width: 1081px) { p { top: 1px; } }", "@media (max-width: 67.5625em) { p { top: 0.0625rem; } }"),
        ("@media (width>=640px){p{top:.5px}}", "@media (width>=40em){p{top:0.03125rem}}"),
        (":root { --edge: 24px; --px: 2; }", ":root { --edge: 1.5rem; --px: 2; }"),
    ],
)
def test_lengths_follow_the_readers_font_size(written: str, sent: str) -> None:
    assert bundle.styles({"a.css": written}) == f"/* a.css */\n{sent}"
