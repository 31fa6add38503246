#!/usr/bin/python3
"""Loads a page of ours in a real browser, without a network, and says as one JSON document on
standard output what it does there.

    page_in_browser.py FILE [--pictures FOLDER] [--axe FILE]

"absent" names what is not installed, and then nothing else is said. "asked_for" are the addresses
that the page asked for beside itself, "complaints" what the browser said of it (its content
security policy too), "scripts" how many ran, "wide" how many pixels it is wide on a screen of 320,
"reached" and "reachable" the ids or names of what the Tab key came to and what it should come to,
"order" the levels of its headings, "violations" what axe-core found (null without --axe). With
--pictures it is photographed light, dark, as printed and 320 pixels wide, beside a copy of it.

Chromium is spoken to over a pipe in its own protocol: that takes nothing but Python.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ANSWER_MAX_S = 60
TABS_MAX = 400
WIDE, NARROW, HIGH = 1100, 320, 900
HIGH_MAX = 12000  # of a picture


class Browser:
    """One page of one headless Chromium."""

    def __init__(self, program, home):
        to_read, self.to_browser = os.pipe()
        self.from_browser, to_write = os.pipe()

        def take_pipes():
            # The protocol's pipes are 3 and 4; what is moved there must not be one of them already.
            high_read, high_write = os.dup(to_read), os.dup(to_write)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "--no-first-run",
             "--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={home}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=take_pipes, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.held, self.number, self.session, self.events = b"", 0, None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def message(self):
        import select
        while b"\0" not in self.held:
            if not select.select([self.from_browser], [], [], ANSWER_MAX_S)[0]:
                raise SystemExit("the browser does not answer")
            part = os.read(self.from_browser, 1 << 16)
            if not part:
                raise SystemExit("the browser ended")
            self.held += part
        one, self.held = self.held.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") != self.number:
                self.events.append(message)
            elif "error" in message:
                raise SystemExit(f"{method}: {message['error']}")
            else:
                return message["result"]

    def until(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def value(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"{expression[:60]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def end(self):
        self.process.kill()
        self.process.wait()


def show(browser, wide, scheme="light", media=""):
    browser.ask("Emulation.setDeviceMetricsOverride", width=wide, height=HIGH, deviceScaleFactor=1, mobile=False)
    browser.ask("Emulation.setEmulatedMedia", media=media,
                features=[{"name": "prefers-color-scheme", "value": scheme}])


def photograph(browser, file):
    high = min(HIGH_MAX, browser.value("document.documentElement.scrollHeight"))
    wide = browser.value("window.innerWidth")
    picture = browser.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                          clip={"x": 0, "y": 0, "width": wide, "height": high, "scale": 1})
    file.write_bytes(base64.b64decode(picture["data"]))


def take_pictures(browser, folder, file):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder)
    for name, wide, scheme in (("light", WIDE, "light"), ("dark", WIDE, "dark"), ("narrow", NARROW, "light")):
        show(browser, wide, scheme)
        photograph(browser, folder / f"{name}.png")
    show(browser, WIDE)
    printed = browser.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=False)
    (folder / "print.pdf").write_bytes(base64.b64decode(printed["data"]))
    show(browser, 720, "dark", "print")
    photograph(browser, folder / "print.png")


NAME = "(e => e.id || e.getAttribute('aria-labelledby') || e.getAttribute('href') || e.tagName)"
REACHABLE = f"""[...document.querySelectorAll('a[href], [tabindex], button, input, summary')]
    .filter(e => e.tabIndex >= 0).map({NAME})"""
# What scrolls and cannot be come to is out of reach without a mouse.
SCROLLING = f"""[...document.querySelectorAll('body *')].filter(e => e.tabIndex < 0 &&
    ['auto', 'scroll'].includes(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight).map({NAME})"""


def tabbed(browser):
    reached = []
    browser.value("document.activeElement.blur()")
    for _ in range(TABS_MAX):
        for kind in ("keyDown", "keyUp"):
            browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        at = browser.value(f"document.activeElement === document.body ? null : {NAME}(document.activeElement)")
        if at is None or at in reached:
            break
        reached.append(at)
    return reached


def violations(browser, axe):
    """In both schemes, and on a narrow screen."""
    browser.value(pathlib.Path(axe).read_text() + ";0")
    found = []
    for wide, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light")):
        show(browser, wide, scheme)
        found += browser.value("""axe.run(document, {resultTypes: ['violations']}).then(all => all.violations.map(
            one => one.id + ' (' + one.impact + '): ' + one.help + ' ' + one.nodes[0].html.slice(0, 160)))""")
    return sorted(set(found))


def look(browser, arguments):
    address = pathlib.Path(arguments.file).resolve().as_uri()
    for domain in ("Page", "Network", "Runtime", "Log", "Debugger"):
        browser.ask(f"{domain}.enable")
    browser.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
    show(browser, WIDE)
    browser.ask("Page.navigate", url=address)
    browser.until("Page.loadEventFired")
    said = {"title": browser.value("document.title"), "scripts": 0, "asked_for": [], "complaints": []}
    said["order"] = browser.value("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => +e.tagName[1])")
    said["scrolling"] = browser.value(SCROLLING)
    said["reachable"], said["reached"] = browser.value(REACHABLE), tabbed(browser)
    show(browser, NARROW)
    said["wide"] = browser.value("document.scrollingElement.scrollWidth")
    for event in browser.events:
        parameters = event.get("params", {})
        if event["method"] == "Network.requestWillBeSent" and parameters["request"]["url"] != address:
            said["asked_for"].append(parameters["request"]["url"][:200])
        if event["method"] == "Log.entryAdded":
            said["complaints"].append(parameters["entry"]["text"])
        if event["method"] == "Debugger.scriptParsed" and parameters.get("url") == address:
            said["scripts"] += 1
    if arguments.pictures:
        take_pictures(browser, pathlib.Path(arguments.pictures), arguments.file)
    said["violations"] = violations(browser, arguments.axe) if arguments.axe else None
    return said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--pictures")
    parser.add_argument("--axe")
    arguments = parser.parse_args()
    program = shutil.which("chromium")
    if program is None:
        print(json.dumps({"absent": "chromium"}))
        return 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = Browser(program, home)
        try:
            print(json.dumps(look(browser, arguments)))
        finally:
            browser.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
