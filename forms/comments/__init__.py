"""Comments: what readers say below an article, moderated, and published as a part of the page."""
