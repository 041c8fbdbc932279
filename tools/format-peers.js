// format-peers.js PAGE...: a line of JSON for each page in the light and in the
// dark: what axe and the browser object to.  Leaves PAGE.pdf, and a picture of
// each.  See format-peers.
const fs = require("fs");
const { chromium } = require("playwright-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// As the page stands: what it says on the console, what it asks for.
async function watch(page, file, faults) {
  page.on("console", (m) => faults.push("console: " + m.text()));
  page.on("request", (r) => {
    if (!r.url().startsWith("file:")) faults.push("request: " + r.url());
  });
  await page.goto("file://" + file);
  const width = await page.evaluate(() =>
    document.documentElement.scrollWidth - window.innerWidth);
  if (width > 0) faults.push("wider than the window by " + width);
}

async function look(browser, file, scheme, width) {
  const base = file.replace(/\.html$/, "");
  const faults = [];
  const shown = { colorScheme: scheme, viewport: { width, height: 900 } };
  let context = await browser.newContext(shown);
  let page = await context.newPage();
  await watch(page, file, faults);
  await page.screenshot({ path: `${base}-${scheme}.png` });
  if (scheme === "light") await page.pdf({ path: base + ".pdf", preferCSSPageSize: true });
  await context.close();

  // The policy of the page would refuse axe, too.
  context = await browser.newContext({ ...shown, bypassCSP: true });
  page = await context.newPage();
  await page.goto("file://" + file);
  await page.evaluate(axe);
  const result = await page.evaluate(() => axe.run());
  for (const v of result.violations) faults.push(`${v.id}: ${v.nodes[0].html}`);
  await context.close();
  console.log(JSON.stringify({
    name: `${base.split("/").pop()}, ${scheme}, ${width} pixels`,
    checks: result.passes.length,
    faults,
  }));
}

(async () => {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  for (const file of process.argv.slice(2)) {
    await look(browser, file, "light", 1000);
    await look(browser, file, "dark", 420);
  }
  await browser.close();
})();
