"""Reads a page's form as a browser would send it, so that tests change only what they are about."""

import json
import re
from html.parser import HTMLParser


class _Form(HTMLParser):
    """Inputs, selects and text areas inside <form id=…>, as name → list of values."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        name = attrs.get("name")
        if not self.inside or (tag != "option" and (not name or "__prefix__" in name)):
            return
        if tag == "input" and attrs.get("type") not in ("submit", "file", "button"):
            is_box = attrs.get("type") in ("checkbox", "radio")
            sent = not is_box or "checked" in attrs
            self.data.setdefault(name, []).extend([attrs.get("value", "on" if is_box else "")] if sent else [])
        elif tag == "select":
            self.select = name
            self.data[name] = []
        elif tag == "option" and self.select and "selected" in attrs:
            self.data[self.select].append(attrs.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_data(self, text):
        if self.area:
            self.data[self.area][0] += text

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self.data[self.area][0] = self.data[self.area][0].removeprefix("\n")
            self.area = None


def form_of(response, form_id):
    parser = _Form(form_id)
    parser.feed(response.content.decode())
    assert parser.data, f"no form {form_id} in this page"
    return {name: values for name, values in parser.data.items() if values}


def send(client, url, form_id, **changes):
    """Open the page, change some inputs and send its form; None leaves an input out."""
    data = form_of(client.get(url), form_id) | {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(url, {name: value for name, value in data.items() if value is not None})


def data(response, kind):
    """What a page tells machines of one kind, such as Product."""
    graph = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text)[1])["@graph"]
    return next(thing for thing in graph if thing["@type"] == kind)


def errors_of(response):
    """All messages beside the fields of a refused admin page, by field name; rows are numbered."""
    form = response.context["adminform"].form
    found = {name: list(errors) for name, errors in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for number, row in enumerate(inline.formset.forms):
            found |= {f"{inline.formset.prefix}-{number}-{name}": list(text) for name, text in row.errors.items()}
    return found
