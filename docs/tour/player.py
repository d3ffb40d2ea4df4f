"""Does in JupyterLab what a step of the tour says, before a camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from camera import Camera
from lab import MILLISECONDS
from playwright.sync_api import Page
from story import Step

KEY = 70  # milliseconds for two characters
GLANCE = 450  # to see what was typed before it runs
FRAME = 600  # the player's own pace
PREPARE = """async () => {
  const app = window.jupyterapp;
  await app.commands.execute('application:toggle-left-area');
  await app.commands.execute('statusbar:toggle');
  const style = document.createElement('style');
  style.textContent = `
    #main { bottom: 46px !important; height: auto !important; }
    #caption { position: fixed; left: 0; right: 0; bottom: 0; height: 46px; box-sizing: border-box; padding: 0 18px;
      display: flex; align-items: center; gap: 14px; font: 18px 'DejaVu Sans', sans-serif; white-space: nowrap;
      background: #1f6fb4; color: white; z-index: 99999; }
    #caption span { opacity: 0.75; font-size: 15px; }
    .cm-cursorLayer, .xterm-cursor-blink { animation: none !important; }`;
  const caption = document.createElement('div');
  caption.id = 'caption';
  document.head.append(style);
  document.body.append(caption);
  window.dispatchEvent(new Event('resize'));
}"""
CAPTION = """([number, text]) => {
  const at = document.createElement('span');
  at.textContent = number;
  document.getElementById('caption').replaceChildren(at, text);
}"""
NEW_CELL = """async () => {
  const app = window.jupyterapp, notebook = window.opened.content;
  app.shell.activateById(window.opened.id);
  await new Promise(resolve => setTimeout(resolve, 500));  // until the tab before has given the keyboard away
  if (notebook.activeCell.model.sharedModel.getSource() !== '') {
    notebook.activeCellIndex = notebook.widgets.length - 1;
    await app.commands.execute('notebook:insert-cell-below');
  }
  await app.commands.execute('notebook:enter-edit-mode');
  notebook.activeCell.editor.focus();
  notebook.activeCell.node.scrollIntoView({block: 'start'});
}"""
TERMINAL = """async () => {
  const app = window.jupyterapp;
  window.terminal ??= await app.commands.execute('terminal:create-new');
  app.shell.activateById(window.terminal.id);
}"""
LAST_CELL = """() => {
  const cell = window.opened.content.activeCell;
  return {source: cell.model.sharedModel.getSource(), count: cell.model.executionCount, outputs: cell.model.outputs.toJSON()};
}"""
IDLE = """() => window.opened.content.activeCell.model.executionCount !== null
  && window.opened.sessionContext.session.kernel.status === 'idle'"""


class Player:
    """The reader at the keyboard."""

    def __init__(self, page: Page, camera: Camera, ended: Path) -> None:
        self.page = page
        self.camera = camera
        self.ended = ended
        page.evaluate(PREPARE)

    def play(self, step: Step, number: str) -> None:
        """Shows the caption, types the line and waits for what comes; fails if that is an error."""
        self.page.evaluate(CAPTION, [number, step.caption])
        if step.where == "terminal":
            self.in_terminal(step)
        else:
            self.in_cell(step)
        self.camera.shoot(1000 * step.read)

    def in_cell(self, step: Step) -> None:
        self.page.evaluate(NEW_CELL)
        self.page.wait_for_timeout(300)
        self.camera.shoot(GLANCE)
        before, tab, rest = step.line.partition(step.tab) if step.tab else (step.line, "", "")
        self.type(before + tab)
        if tab:
            self.complete(rest)
        typed = self.page.evaluate(LAST_CELL)["source"]
        assert typed == step.line, f"{typed} stands in the cell instead of {step.line}"
        self.camera.shoot(GLANCE)
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(IDLE, timeout=MILLISECONDS)
        self.page.wait_for_timeout(500)
        errors = [one for one in self.page.evaluate(LAST_CELL)["outputs"] if one["output_type"] == "error"]
        assert errors == [], f"{step.line}: {errors}"
        if step.plays:
            self.watch()

    def type(self, text: str) -> None:
        for i in range(0, len(text), 2):
            self.page.keyboard.type(text[i : i + 2])
            self.camera.shoot(KEY)

    def complete(self, rest: str) -> None:
        """Tab, a look at what it offers, as much of the word as leaves one, Enter, and the rest."""
        word, space, after = rest.partition(" ")
        self.page.keyboard.press("Tab")
        self.page.locator(".jp-Completer-item").first.wait_for()
        self.page.wait_for_timeout(300)
        self.camera.shoot(1500)
        self.type(word[:4])
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(200)
        self.camera.shoot(GLANCE)
        self.type(space + after)

    def watch(self) -> None:
        """Plays the player to its end, each frame as long as it stays there."""
        bar = self.page.locator(".halfstep-frames-bar").last
        bar.locator("button").click()
        seen, deadline = "", time.monotonic() + MILLISECONDS / 1000
        while seen == "" or bar.locator("button[aria-label=pause]").count():
            title = bar.locator("span").inner_text()
            if title != seen:
                self.camera.shoot(FRAME)
                seen = title
            assert time.monotonic() < deadline, f"the player does not come to its end, but to {title}"
            self.page.wait_for_timeout(50)

    def in_terminal(self, step: Step) -> None:
        self.page.evaluate(TERMINAL)
        self.until(lambda: self.statuses() != [], "no prompt in the terminal")  # each prompt writes a status
        self.page.wait_for_timeout(1500)
        self.camera.shoot(GLANCE)
        before = self.statuses()
        self.type(step.line)
        self.camera.shoot(GLANCE)
        self.page.keyboard.press("Enter")
        self.until(lambda: len(self.statuses()) > len(before), f"{step.line} does not end")
        self.page.wait_for_timeout(500)
        assert self.statuses()[-1] == "0", f"{step.line}: status {self.statuses()[-1]}"

    def until(self, holds: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + MILLISECONDS / 1000
        while not holds():
            assert time.monotonic() < deadline, complaint
            self.page.wait_for_timeout(100)

    def statuses(self) -> list[str]:
        """How the commands in the terminal ended, so far."""
        return self.ended.read_text().split() if self.ended.exists() else []
