// Serves the page on this machine alone: node serve.js [port]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/chart.js': ['chart.js', 'text/javascript'],
  '/lightweight-charts.js': ['node_modules/lightweight-charts/dist/lightweight-charts.standalone.production.mjs', 'text/javascript'],
};

/** Starts on a port (0: any free one) and says the page's address. */
export function serve(port) {
  const server = createServer(async (request, response) => {
    const file = files[request.url.split('?')[0]];
    if (!file) return response.writeHead(404).end();
    try {
      const content = await readFile(new URL(file[0], import.meta.url));
      response.writeHead(200, { 'Content-Type': file[1], 'Cache-Control': 'no-cache' }).end(content);
    } catch (error) {
      console.error(`${error.message}; was 'npm ci' run here?`);
      response.writeHead(500).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await serve(Number(process.argv[2] ?? 8080));
  console.log(`${address}   ${address}?exchange=okx&symbol=ETH/USDT&interval=5m&server=ws://127.0.0.1:8765`);
}
