"""A visitor without JavaScript: keeps cookies, reads forms from pages and sends them, as a plain browser does."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class Form:
    """One form of a page with the values a browser would send, and its buttons as (name, value, words)."""

    action: str
    method: str
    id: str = ""
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[list[str]] = field(default_factory=list)

    def filled(self, changes: dict[str, Any]) -> list[tuple[str, str]]:
        kept = [(name, value) for name, value in self.values if name not in changes]
        given = [(name, value if isinstance(value, list) else [value]) for name, value in changes.items()]
        return kept + [(name, str(one)) for name, many in given for one in many if one is not None]


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.outside: list[tuple[str, tuple[str, str]]] = []  # fields that name their form by its id
        self.select: tuple[Form | None, dict[str, str]] | None = None
        self.options: list[tuple[str, bool]] = []
        self.area: tuple[Form | None, str] | None = None
        self.button: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        reader = getattr(self, f"_open_{tag}", None)
        if reader:
            reader(facts)

    def _open_form(self, facts: dict[str, str]) -> None:
        self.open = Form(facts.get("action", ""), facts.get("method", "get").lower(), facts.get("id", ""))
        self.forms.append(self.open)

    def _form_of(self, facts: dict[str, str]) -> Form | None:
        named = facts.get("form")
        return next((form for form in self.forms if form.id == named), None) if named else self.open

    def _open_input(self, facts: dict[str, str]) -> None:
        form, kind = self._form_of(facts), facts.get("type", "text")
        if form is None or "name" not in facts or "disabled" in facts:
            return
        if kind == "submit":
            form.buttons.append([facts["name"], facts.get("value", ""), facts.get("value", "")])
        elif kind not in ("checkbox", "radio") or "checked" in facts:
            form.values.append((facts["name"], facts.get("value", "on" if kind in ("checkbox", "radio") else "")))

    def _open_button(self, facts: dict[str, str]) -> None:
        form = self._form_of(facts)
        if form is not None and facts.get("type", "submit") == "submit":
            self.button = [facts.get("name", ""), facts.get("value", ""), ""]
            form.buttons.append(self.button)

    def _open_select(self, facts: dict[str, str]) -> None:
        self.select, self.options = (self._form_of(facts), facts), []

    def _open_option(self, facts: dict[str, str]) -> None:
        self.options.append((facts.get("value", ""), "selected" in facts))

    def _open_textarea(self, facts: dict[str, str]) -> None:
        form = self._form_of(facts)
        if form is not None and "name" in facts:
            form.values.append((facts["name"], ""))
            self.area = (form, facts["name"])

    def handle_data(self, data: str) -> None:
        if self.area and self.area[0]:
            name, text = self.area[0].values[-1]
            self.area[0].values[-1] = (name, text + data.removeprefix("\n") if not text else text + data)
        if self.button:
            self.button[2] = f"{self.button[2]} {data.strip()}".strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.area = None
        elif tag == "button":
            self.button = None
        elif tag == "select" and self.select:
            self._close_select(*self.select)
            self.select = None

    def _close_select(self, form: Form | None, facts: dict[str, str]) -> None:
        if form is None or "name" not in facts:
            return
        chosen = [value for value, selected in self.options if selected]
        if not chosen and "multiple" not in facts and self.options:
            chosen = [self.options[0][0]]
        form.values += [(facts["name"], value) for value in chosen]


@dataclass
class Page:
    url: str
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    def form(self, action: str) -> Form:
        """The form whose action ends so (an empty action is the page itself), rather one that posts."""
        here = urlsplit(self.url).path
        found = [form for form in self.forms if (urlsplit(form.action).path or here).endswith(action)]
        if not found:
            raise AssertionError(f"No form to {action} on {self.url} ({self.status}): {[f.action for f in self.forms]}")
        return next((form for form in found if form.method == "post"), found[0])

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


class Visitor:
    """One person with a cookie jar. Not shared between threads."""

    def __init__(self, base_url: str, timeout: float = 30) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.cookies: dict[str, str] = {}

    def get(self, path: str, *, follow: bool = True) -> Page:
        return self.request("GET", path, follow=follow)

    def post(self, path: str, data: Any = (), *, follow: bool = True) -> Page:
        """Send fields with the form token that the cookie holds; see a page with a form first."""
        fields = list(data.items()) if isinstance(data, dict) else list(data)
        if not any(name == "csrfmiddlewaretoken" for name, _ in fields):
            fields.append(("csrfmiddlewaretoken", self.cookies.get("csrftoken", "")))
        return self.request("POST", path, body=urlencode(fields, doseq=True), follow=follow)

    def submit(self, page: Page, action: str, *, button: str = "", follow: bool = True, **changes: Any) -> Page:
        """Fill in the page's form to that action and send it; button is the words of the one pressed."""
        form = page.form(action)
        fields = form.filled(changes)
        pressed = next((found for found in form.buttons if button in found[2]), None)
        if pressed and pressed[0]:
            fields.append((pressed[0], pressed[1]))
        target = urljoin(page.url, form.action)
        if form.method == "post":
            return self.request("POST", target, body=urlencode(fields), follow=follow)
        return self.get(f"{target.split('?')[0]}?{urlencode(fields)}", follow=follow)

    def log_in(self, email: str, password: str) -> Page:
        page = self.get("/accounts/login/")
        return self.submit(page, "/accounts/login/", login=email, password=password)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        page = self._ask(method, urljoin(self.base_url, path), body, headers or {})
        for _ in range(10):
            if not follow or page.status not in REDIRECTS:
                return page
            keep = page.status in (307, 308)
            target = urljoin(page.url, page.headers["Location"])
            page = self._ask(method if keep else "GET", target, body if keep else None, headers or {})
        raise AssertionError(f"{path} redirects for ever")

    def _ask(self, method: str, url: str, body: str | None, headers: dict[str, str]) -> Page:
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == self.base_url, f"A link leads out of the shop: {url}"
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request(method, target, body=body, headers=sent | headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        self._keep_cookies(response.headers)
        return Page(url, response.status, response.headers, text)

    def _keep_cookies(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.coded_value
