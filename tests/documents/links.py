"""Finds dead links in HTML. Uses no network: links to other hosts are not followed."""
import html.parser
import urllib.parse

TO_ELSEWHERE = ("http:", "https:", "mailto:", "javascript:", "data:")


class Page(html.parser.HTMLParser):
    """The links of a page, and the anchors in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        for name in ("id", "name"):
            if attributes.get(name):
                self.anchors.add(attributes[name])
        for name in ("href", "src", "data"):
            if tag != "base" and attributes.get(name):
                self.links.append(attributes[name])


class Library:
    """Pages by their file. Each is read once; `render` makes HTML from a file's text."""

    def __init__(self, render=lambda path: path.read_text()):
        self.render, self.pages = render, {}

    def page(self, path):
        path = path.resolve()
        if path not in self.pages:
            self.pages[path] = Page(self.render(path))
        return self.pages[path]

    def why_dead(self, link, path, suffix):
        """Why this link in the page at `path` leads nowhere; None if it doesn't. Only in files with
        this suffix are anchors looked up."""
        if link.lower().startswith(TO_ELSEWHERE):
            return None
        target, _, anchor = link.partition("#")
        target = urllib.parse.unquote(target.partition("?")[0])
        anchor = urllib.parse.unquote(anchor)
        file = path.parent / target if target else path
        if target.startswith("/"):
            return "begins with /, so it means something else on each host: make it relative"
        if not file.exists():
            return f"there is no {target}"
        if anchor and file.suffix == suffix and anchor not in self.page(file).anchors:
            return f"there is no heading or anchor #{anchor} in {file.name}"
        return None

    def dead_links(self, path, suffix):
        for link in self.page(path).links:
            reason = self.why_dead(link, path, suffix)
            if reason:
                yield link, reason


def report(what, complaints):
    """Prints the complaints. @return the exit status"""
    for complaint in complaints:
        print(complaint)
    print(f"{what}, {len(complaints)} found wrong")
    return 1 if complaints else 0
