// Eleventy, to make the same pages as Follow-up does. It has no contents list and no highlighting of its own.
import { createRequire } from "node:module";

const PAGE = 10;

function pagesOf(name, base, posts) {
  const count = Math.max(1, Math.ceil(posts.length / PAGE));
  const address = (number) => (number === 1 ? base : `${base}page/${number}/`);
  return Array.from({ length: count }, (_, index) => ({
    name,
    number: index + 1,
    count,
    url: address(index + 1),
    newer: index > 0 ? address(index) : null,
    older: index + 1 < count ? address(index + 2) : null,
    posts: posts.slice(index * PAGE, (index + 1) * PAGE),
  }));
}

function grouped(posts, termsOf) {
  const found = new Map();
  for (const post of posts) {
    for (const term of termsOf(post)) {
      if (!found.has(term)) found.set(term, []);
      found.get(term).push(post);
    }
  }
  return [...found].sort().map(([name, members]) => ({ name, posts: members }));
}

export default function (config) {
  const markdown = createRequire(process.env.ELEVENTY_FROM)("markdown-it");
  config.setLibrary("md", markdown({ html: true, typographer: true }));
  const newest = (api) => api.getFilteredByGlob("content/articles/*.md").reverse();
  const tags = (api) => grouped(newest(api), (post) => post.data.tags ?? []);
  const categories = (api) => grouped(newest(api), (post) => post.data.categories ?? []);
  config.addCollection("articles", newest);
  config.addCollection("topics", tags);
  config.addCollection("lists", (api) => [
    ...pagesOf("Articles", "/", newest(api)),
    ...tags(api).flatMap(({ name, posts }) => pagesOf(name, `/tags/${name}/`, posts)),
    ...categories(api).flatMap(({ name, posts }) => pagesOf(name, `/categories/${name}/`, posts)),
  ]);
  config.addCollection("feeds", (api) => [
    { name: "Articles", base: "/", posts: newest(api).slice(0, 20) },
    ...tags(api).map(({ name, posts }) => ({ name, base: `/tags/${name}/`, posts: posts.slice(0, 20) })),
  ]);
  config.addCollection("years", (api) =>
    grouped(newest(api), (post) => [post.date.getUTCFullYear()]).reverse());
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("lead", (post) =>
    post.rawInput.split("\n\n").find((part) => part.trim())?.replace(/[*`]|\[|\]\([^)]*\)/g, "").slice(0, 300));
  config.addFilter("minutes", (post) => Math.max(1, Math.round(post.rawInput.split(/\s+/).length / 230)));
  return {
    dir: { input: "content", output: "output", includes: "../_includes" },
    markdownTemplateEngine: false,
  };
}
