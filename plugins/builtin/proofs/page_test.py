#!/usr/bin/env python3
"""The run page, driven in a browser as a person does: keys, widths, light and dark, and nothing that it asks the network for."""

import os
import sys
import unittest

sys.path.insert(0, os.getcwd())
from plugins.builtin.proofs import cases
from plugins.builtin.proofs.browser import Browser
from plugins.builtin.proofs.stage import Stage

HOSTILE = "</script><script>hacked=1</script>"
# Text of an element, from RFC-like sRGB: the smallest contrast of visible text against what is behind it.
CONTRAST = """
(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgb(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return rgb(getComputedStyle(document.body).backgroundColor);
  };
  let worst = [99, ""];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim() !== "");
    if (!own || element.closest("svg, script, [hidden]") || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < worst[0]) worst = [contrast, element.outerHTML.slice(0, 120)];
  }
  return worst;
})()
"""
PLAN = """
name: "pages"
step { name: "folder" [provision.files] { directory { path: "%s" } } }
step {
  name: "config" after: "folder"
  [provision.files] { file { path: "app.conf" content: "port = 1\\nlong = %s\\n" } }
}
step {
  name: "build" after: "folder"
  [provision.command] { argv: ["/bin/sh", "-c", "echo '<img src=x onerror=hacked=1>'; touch built"] creates: "built" }
}
step {
  name: "broken" after: "config" after: "build"
  [provision.command] { argv: ["/bin/sh", "-c", "echo '%s' >&2; exit 3"] creates: "never" }
}
step { name: "last" after: "broken" [provision.files] { file { path: "last" content: "" } } }
""" % (HOSTILE.replace("/", "_"), "x" * 300, HOSTILE)


class PageTest(unittest.TestCase):
    def setUp(self):
        self.browser = Browser(self)
        self.stage = Stage(self)

    def run_page(self, plan, *flags):
        self.stage.write("plan.textproto", plan)
        self.stage.run("apply", "plan.textproto", *flags)
        outcome = self.stage.run("report", "--html", "run.html")
        self.assertEqual(outcome.code, 0, outcome)
        return self.stage.path("run.html")

    def expect_quiet(self, path):
        """No error, no violation of the policy, no request but for the page and its empty icon."""
        self.assertEqual(self.browser.complaints, [])
        asked = {url for url in self.browser.requests if not url.startswith("data:")}
        self.assertEqual(asked, {"file://" + path})
        self.assertFalse(self.browser.ask("'hacked' in window"))

    def selected(self):
        return self.browser.ask("[...document.querySelectorAll('details.selected .name')].map(e => e.textContent).join()")

    def is_open(self):
        return self.browser.ask("[...document.querySelectorAll('details[open] .name')].map(e => e.textContent).join()")

    def test_a_run(self):
        path = self.run_page(PLAN)
        self.browser.open(path)
        ask = self.browser.ask
        self.assertEqual(ask("document.querySelectorAll('svg.graph a').length"), 5)
        self.assertEqual(ask("document.querySelectorAll('details.step').length"), 5)
        self.assertIn("failed", ask("document.querySelector('h1').textContent"))
        self.assertIn("exit status 3", ask("document.querySelector('.diagnostic').textContent"))
        self.assertIn(HOSTILE, ask("document.body.textContent"))
        self.assertEqual(ask("JSON.parse(document.getElementById('report').textContent).step.length"), 5)
        self.expect_quiet(path)

    def test_the_keys(self):
        path = self.run_page(PLAN)
        self.browser.open(path)
        press = self.browser.press
        for key, name in [("ArrowDown", "folder"), ("ArrowDown", "config"), ("End", "last"), ("ArrowUp", "broken")]:
            press(key)
            self.assertEqual(self.selected(), name)
        # The picture and the timeline show the same choice.
        for place in ("svg.graph", ".timeline"):
            self.assertEqual(self.browser.ask(f"document.querySelectorAll('{place} a.selected').length"), 1)
        press("Enter")
        self.assertEqual(self.is_open(), "broken")
        press("Escape")
        self.assertEqual(self.is_open(), "")
        press("Home")
        self.assertEqual(self.selected(), "folder")
        # Search narrows the list, and the arrows keep to what is left.
        press("/")
        self.browser.type("hacked=1")
        self.assertEqual(self.browser.ask("document.getElementById('shown').textContent"), "3 of 5")
        press("Escape")
        self.assertEqual(self.browser.ask("document.getElementById('shown').textContent"), "")
        self.expect_quiet(path)

    def test_tab_reaches_all(self):
        self.browser.open(self.run_page(PLAN))
        reached = set()
        for _ in range(40):
            self.browser.press("Tab")
            reached.add(self.browser.ask("(e => e.tagName + (e.dataset.step || e.parentElement.id || e.id))"
                                         "(document.activeElement)"))
        for i in range(5):
            self.assertIn(f"SUMMARYs{i}", reached)
            self.assertIn(f"a{i}", reached)

    def test_a_node_opens_its_step(self):
        self.browser.open(self.run_page(PLAN))
        self.browser.ask("document.querySelectorAll('svg.graph a')[2].focus()")
        self.browser.press("Enter")
        self.assertEqual((self.selected(), self.is_open()), ("build", "build"))

    def test_filters(self):
        self.browser.open(self.run_page(PLAN))
        self.browser.ask("document.querySelector('[data-filter=failed]').click()")
        self.assertEqual(self.browser.ask("[...document.querySelectorAll('details')].filter(e => !e.hidden).length"), 1)

    def test_widths(self):
        self.browser.open(self.run_page(PLAN))
        self.browser.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
        for width in (320, 360, 640, 1024, 1920):
            self.browser.resize(width)
            self.assertLessEqual(self.browser.ask("document.scrollingElement.scrollWidth"), width)

    def test_contrast(self):
        self.browser.open(self.run_page(PLAN))
        self.browser.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
        for media, scheme in [("screen", "light"), ("screen", "dark"), ("print", "light"), ("print", "dark")]:
            self.browser.look(media, scheme)
            contrast, where = self.browser.ask(CONTRAST)
            self.assertGreaterEqual(contrast, 4.5, (media, scheme, where))

    def test_without_script_all_can_be_read(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        path = self.run_page(PLAN)
        self.browser.open(path)
        self.assertEqual(self.browser.ask("getComputedStyle(document.getElementById('tools')).display"), "none")
        self.assertEqual(self.browser.ask("document.querySelectorAll('details.step > .body').length"), 5)

    def test_a_preview(self):
        self.stage.write("plan.textproto", PLAN)
        self.stage.write("app.conf", "port = 2\n")
        outcome = self.stage.run("plan", "plan.textproto", "--html", "plan.html")
        self.assertEqual(outcome.code, 2, outcome)
        path = self.stage.path("plan.html")
        self.browser.open(path)
        self.assertIn("5 to change", self.browser.ask("document.querySelector('h1').textContent"))
        self.assertIn("-port = 2", self.browser.ask("document.querySelector('.diff').textContent"))
        self.browser.resize(360)
        self.browser.ask("document.querySelectorAll('details').forEach(e => e.open = true)")
        self.assertLessEqual(self.browser.ask("document.scrollingElement.scrollWidth"), 360)
        self.expect_quiet(path)

    def test_a_thousand_steps_open_in_a_second(self):
        plan = 'name: "many"\n' + "".join(
            f'step {{ name: "s{i}" {f"""after: "s{i - 10}" """ if i >= 10 else ""}'
            f'[provision.files] {{ file {{ path: "f{i}" content: "{i}" }} }} }}\n'
            for i in range(1000))
        path = self.run_page(plan, "--durability", "none")
        seconds = min(self.browser.open(path) for _ in range(3))
        self.assertEqual(self.browser.ask("document.querySelectorAll('svg.graph a').length"), 1000)
        self.browser.press("End")
        self.assertEqual(self.selected(), "s999")
        self.expect_quiet(path)
        self.assertLess(seconds, 1, "on a machine that has nothing else to do")
        print(f"{os.path.getsize(path)} bytes, open after {seconds:.2f} s")


if __name__ == "__main__":
    cases.main()
