// What a page breaks of WCAG 2.2 AA, as far as its tree and computed styles show it.
(() => {
  const broken = [];
  const say = (rule, element) =>
    broken.push(rule + (element ? ": " + element.outerHTML.slice(0, 120) : ""));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const closed = element.parentElement.closest("details:not([open])");
    const inSummary = closed && element.closest("summary") &&
      element.closest("summary").parentElement === closed;
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" &&
      (!closed || inSummary);
  };
  const named = (element) =>
    (element.getAttribute("aria-label") || element.textContent || "").trim() !== "";

  // 2.4.2, 3.1.1, 1.4.4
  if (!document.title.trim()) say("no title");
  if (!document.documentElement.lang) say("no language");
  const viewport = document.querySelector("meta[name=viewport]");
  if (!viewport || /user-scalable=no|maximum-scale/.test(viewport.content)) say("no zoom");

  // 1.3.1: landmarks, headings in order, tables with headers, lists of list items
  if (all("main").length !== 1) say("not one main");
  if (all("h1").length !== 1) say("not one h1");
  let before = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) say("heading skips a level", heading);
    if (!named(heading)) say("empty heading", heading);
    before = level;
  }
  const inLandmark = "main, header, footer, nav, .skip";
  for (const element of all("body > *")) if (!element.matches(inLandmark)) say("outside", element);
  for (const table of all("table")) {
    if (!table.caption && !table.getAttribute("aria-label")) say("table without a name", table);
    for (const cell of table.querySelectorAll("thead th")) {
      if (cell.scope !== "col") say("header without scope", cell);
    }
    if (!table.querySelector("thead th")) say("table without headers", table);
  }
  for (const item of all("li")) {
    if (!item.parentElement.matches("ul, ol")) say("item outside of a list", item);
  }
  for (const list of all("ul, ol")) {
    if ([...list.children].some((child) => child.tagName !== "LI")) say("no item", list);
  }
  for (const list of all("dl")) {
    const parts = [...list.children].flatMap((child) =>
      child.matches("dl > div") ? [...child.children] : [child]);
    if (parts.some((child) => !child.matches("dt, dd"))) say("no term", list);
  }

  // 4.1.2, 3.3.2: names and labels; ids once; references that lead somewhere
  for (const element of all("a, button, summary")) if (!named(element)) say("no name", element);
  for (const input of all("input:not([type=hidden]), select, textarea")) {
    if (!input.labels.length) say("no label", input);
  }
  for (const set of all("fieldset")) if (!set.querySelector("legend")) say("no legend", set);
  const ids = all("[id]").map((element) => element.id);
  if (new Set(ids).size !== ids.length) say("an id twice");
  for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) {
        if (!document.getElementById(id)) say(`${name} leads nowhere`, element);
      }
    }
  }
  for (const link of all('a[href^="#"]')) {
    if (!document.getElementById(link.hash.slice(1))) say("link leads nowhere", link);
  }
  const regions = all("section, nav, [role=region]").filter((region) => {
    const id = region.getAttribute("aria-labelledby");
    return !(region.getAttribute("aria-label") || (id && document.getElementById(id)));
  });
  regions.forEach((region) => say("region without a name", region));

  // 1.4.3, 1.4.11: contrast of texts, and of the borders of fields
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] !== 0) say("half a background", at);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = contrast(numbers(style.color), behind(element));
    if (found < (large ? 3 : 4.5)) say(`contrast ${found.toFixed(2)}`, element);
  }
  for (const input of all("input:not([type=hidden], [type=radio], [type=checkbox])")) {
    const line = numbers(getComputedStyle(input).borderTopColor);
    if (contrast(line, behind(input.parentElement)) < 3) say("faint border", input);
  }

  // 2.5.8: targets of 24 by 24 pixels, but for links within a sentence
  for (const element of all("a, button, summary, input:not([type=hidden])").filter(shown)) {
    const box = element.getBoundingClientRect();
    const inText = element.tagName === "A" && getComputedStyle(element).display === "inline" &&
      element.closest("p, td, dd");
    if (!inText && (box.height < 24 || box.width < 16)) say("small target", element);
  }

  // 1.4.10: nothing to scroll sideways, except tables in their own region
  // (not innerWidth: on a phone that grows with what does not fit)
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) say(`scrolls sideways: ${root.scrollWidth}`);
  for (const table of all("table")) {
    const region = table.closest(".wide");
    if (region && region.tabIndex !== 0) say("a table nobody can scroll by keys", table);
  }

  // 1.4.1: links in a text are not told by colour alone
  for (const link of all("main p a:not(.act)")) {
    if (!getComputedStyle(link).textDecorationLine.includes("underline")) say("colour alone", link);
  }
  return broken;
})();
