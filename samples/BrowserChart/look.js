// Looks at the page in headless Chromium: are candles drawn, do they move, are none missing?
//   node look.js ws://127.0.0.1:8765 [--reconnects N] [--picture FILE.png]
// With --reconnects the page must have reconnected so often and resumed. CHROMIUM names another browser than /usr/bin/chromium.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from './serve.js';

const { values: options, positionals: [server] } = parseArgs({
  allowPositionals: true,
  options: { reconnects: { type: 'string', default: '0' }, picture: { type: 'string' } },
});
const PATIENCE = { timeout: 60_000 };
const [UP, DOWN] = [[0x26, 0xa6, 0x9a], [0xef, 0x53, 0x50]];

function check(condition, words) {
  if (!condition) throw new Error(words);
}

/** Pixels of a colour in all canvases of the chart. */
const pixels = (page, colour) => page.evaluate(([red, green, blue]) => {
  let found = 0;
  for (const canvas of document.querySelectorAll('#chart canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) found++;
  }
  return found;
}, colour);

async function look(page) {
  const numbers = async () => (await page.textContent('#count')).match(/\d+/g).map(Number);
  const reached = least => page.waitForFunction(n => parseInt(document.getElementById('count').textContent) >= n, least, PATIENCE);
  const reconnected = n => page.waitForFunction(n => document.getElementById('count').textContent.includes(` ${n} reconnects`), n, PATIENCE);

  await reached(200);
  await reconnected(options.reconnects);
  const [before] = await numbers();
  await reached(before + 3);
  await page.waitForSelector('#status.live', PATIENCE);
  const [closed, missing, reconnects] = await numbers();
  check(missing === 0, `${missing} candles are missing`);
  check(reconnects === Number(options.reconnects), `${reconnects} reconnects`);
  check(await page.isVisible('#sandbox'), 'nothing says SANDBOX');
  const [up, down] = [await pixels(page, UP), await pixels(page, DOWN)];
  check(up > 500 && down > 500, `hardly anything is drawn: ${up} pixels of rising candles, ${down} of falling ones`);
  if (options.picture) await page.screenshot({ path: options.picture });
  console.log(`browser chart: ${closed} closed candles, ${missing} missing, ${reconnects} reconnects, ${up} + ${down} pixels of candles`);
}

const site = await serve(0);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 675 } });
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('requestfailed', request => errors.push(`${request.url()} failed`));
  await page.goto(`${site.address}?server=${encodeURIComponent(server)}`);
  await look(page).catch(async error => { throw new Error([error.message, await page.innerText('body'), ...errors].join('\n')); });
  check(errors.length === 0, errors.join('\n'));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
  site.close();
}
