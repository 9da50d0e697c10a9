"""A page in headless Chromium, driven as a user does: by keys and the pointer."""

import base64
import contextlib
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

# No sandbox: root has none. No network of its own either: a page that needed some would be seen to fail.
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
         "--disable-sync --disable-dev-shm-usage --host-resolver-rules=MAP&*&~NOTFOUND --window-size=1280,900").split()


class Page:
    """What a test does with a page and asks of it."""

    def __init__(self, driver):
        self.driver = driver

    def load(self, path):
        self.driver.get(path.as_uri())
        return self

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return [element.text for element in self.find(selector)]

    def choose(self, select, value):
        Select(self.driver.find_element(By.ID, select)).select_by_value(value)

    def press(self, element, *keys):
        element.send_keys(*keys)

    def slide(self, name, steps):
        """Moves a slider by arrow keys."""
        key = Keys.ARROW_RIGHT if steps > 0 else Keys.ARROW_LEFT
        self.press(self.driver.find_element(By.ID, f"slider-{name}"), *[key] * abs(steps))

    def hover(self, element):
        ActionChains(self.driver).move_to_element(element).perform()

    def hover_at(self, x, y):
        """At a place in pixels from the middle of the plot."""
        ActionChains(self.driver).move_to_element_with_offset(self.driver.find_element(By.ID, "drawing"), x, y).perform()

    def tip(self):
        """The cell that the tooltip is about, and its texts by variable."""
        tip = self.driver.find_element(By.ID, "tip")
        assert tip.is_displayed()
        shown = {entry.get_attribute("data-variable"): entry.text for entry in tip.find_elements(By.CSS_SELECTOR, "td[data-variable]")}
        return int(tip.get_attribute("data-cell")), shown, tip.find_element(By.TAG_NAME, "p").text

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def emulate_dark(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def pixels(self):
        """A screenshot as PNG."""
        return base64.b64decode(self.driver.get_screenshot_as_base64())


@contextlib.contextmanager
def browser():
    """A browser with an empty profile, ended in any case."""
    with tempfile.TemporaryDirectory() as profile:
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag.replace("&", " "))
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        try:
            yield Page(driver)
        finally:
            driver.quit()
