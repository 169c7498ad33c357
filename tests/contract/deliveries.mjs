// A hook of its own: what an emulator delivers, as headers and bytes.
import http from 'node:http';

export async function listen() {
  const got = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.end();
    });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async first(check, ms = 10000) {
      for (const until = Date.now() + ms; Date.now() < until; await new Promise((go) => setTimeout(go, 20))) {
        const found = got.find(check);
        if (found) return found;
      }
      throw new Error(`nothing fitting was delivered, of ${got.length} messages`);
    },
    close: () => server.close(),
  };
}
