"""Nikola with its own plain theme, to make the same pages as Follow-up does."""

BLOG_AUTHOR = "Measured"
BLOG_TITLE = "Measured"
BLOG_DESCRIPTION = "Measured"
SITE_URL = "https://follow-up.example.org/"
BLOG_EMAIL = "nobody@example.org"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
TIMEZONE = "UTC"
THEME = "base"
OUTPUT_FOLDER = "output"
CACHE_FOLDER = "cache"

POSTS = (("posts/*.md", "articles", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": (".md",)}
MARKDOWN_EXTENSIONS = [
    "markdown.extensions.extra",
    "markdown.extensions.codehilite",
    "markdown.extensions.toc",
    "markdown.extensions.smarty",
]
NAVIGATION_LINKS = {"en": (("/archive.html", "Articles"), ("/tags/", "Topics"), ("/rss.xml", "Feed"))}
CONTENT_FOOTER = "© Measured"
PRETTY_URLS = True
STRIP_INDEXES = True

INDEX_DISPLAY_POST_COUNT = 10
INDEX_TEASERS = True
INDEXES_STATIC = False
TAG_PATH = "tags"
TAG_PAGES_ARE_INDEXES = True
CATEGORY_PATH = "categories"
CATEGORY_PAGES_ARE_INDEXES = True
CATEGORY_PREFIX = ""
CREATE_SINGLE_ARCHIVE = True
FEED_LENGTH = 20
FEED_TEASERS = False
ENABLE_AUTHOR_PAGES = False
SHOW_SOURCELINK = False
COPY_SOURCES = False
GALLERY_FOLDERS: dict[str, str] = {}
LISTINGS_FOLDERS: dict[str, str] = {}
GENERATE_ATOM = False
USE_BUNDLES = False
DISABLED_PLUGINS = ["render_galleries", "render_listings", "robots"]
