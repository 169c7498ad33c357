// Duo's official Node packages judge every byte the plugin signs, and sign for our emulator.
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import { System, root, run } from './harness.mjs';

const require = createRequire(import.meta.url);
const official = require('@duosecurity/duo_api/lib/duo_sig.js');
const web = require('@duosecurity/duo_web');
const host = 'api-1a2b3c4d.duosecurity.com';
const key = 'DIWJ8X6AEYOR5OMC6TQ1';
const secret = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';

const seen = [];
let proxy;
/// Reads what the host says to Duo, and passes it on.
async function front(sandbox) {
  proxy = http.createServer((request, reply) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts);
      const url = new URL(request.url, 'http://x');
      seen.push({ method: request.method, path: url.pathname.slice(host.length + 1), query: url.searchParams, headers: request.headers, body: body.toString() });
      const { host: own, connection, 'content-length': length, ...headers } = request.headers;
      const answer = await fetch(sandbox + request.url, { method: request.method, headers, body: request.method === 'GET' ? undefined : body, redirect: 'manual' });
      reply.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'text/plain' });
      reply.end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${proxy.address().port}`;
}

const system = await System.start({ front });
const definition = { provider: 'duo', mode: 'test', settings: { integration_key: key, secret_key: secret, host, signature_version: '2' } };
await system.api('POST', '/v1/integrations', { id: 'duo-form', ...definition });
const hostile = ["allow.Änna O'Neil!*~()", 'allow.a+b&c=d%20e', 'allow.日本語 "quoted" \\', 'allow.<script>#?/'];

async function ask(integration, username) {
  const challenge = await system.api('POST', '/v1/2fa/challenges', { integration, username, factor: 'push' });
  assert.equal(challenge.status, 'waiting', JSON.stringify(challenge));
  await system.until(async () => (await system.api('GET', `/v1/2fa/challenges/${challenge.id}`)).status === 'allowed');
}

await run({
  async version_5_signatures_are_those_of_the_official_package() {
    seen.length = 0;
    for (const username of hostile) await ask('duo-main', username);
    const calls = seen.filter((one) => one.path.startsWith('/auth/v2/'));
    assert.ok(calls.length >= 12, String(calls.length));
    for (const one of calls) {
      const expected = official.signV5(key, secret, one.method, host, one.path, Object.fromEntries(one.query), one.headers.date, one.body);
      assert.equal(one.headers.authorization, expected, one.path);
    }
    assert.deepEqual(new Set(calls.filter((one) => one.path === '/auth/v2/preauth').map((one) => JSON.parse(one.body).username)), new Set(hostile));
  },
  async version_2_signatures_are_those_of_the_official_package() {
    seen.length = 0;
    for (const username of hostile) await ask('duo-form', username);
    for (const one of seen) {
      const params = Object.fromEntries(one.method === 'GET' ? one.query : new URLSearchParams(one.body.replaceAll('+', '%2B')));
      assert.equal(one.headers.authorization, official.sign(key, secret, one.method, host, one.path, params, one.headers.date), one.path);
    }
    assert.ok(seen.some((one) => one.body.includes('username=')));
  },
  async the_emulator_takes_what_the_official_package_signs() {
    const date = new Date().toUTCString();
    for (const username of hostile) {
      const body = JSON.stringify({ username });
      const headers = { Date: date, 'Content-Type': 'application/json', Authorization: official.signV5(key, secret, 'POST', host, '/auth/v2/preauth', {}, date, body) };
      const answer = await fetch(`${system.sandbox}/${host}/auth/v2/preauth`, { method: 'POST', headers, body });
      assert.equal((await answer.json()).stat, 'OK');
      headers.Authorization = official.signV5(key, `${secret}x`, 'POST', host, '/auth/v2/preauth', {}, date, body);
      assert.equal((await (await fetch(`${system.sandbox}/${host}/auth/v2/preauth`, { method: 'POST', headers, body })).json()).code, 40103);
    }
  },
  async the_official_web_package_makes_the_tokens_our_fixtures_hold() {
    const fs = await import('node:fs');
    const fixture = JSON.parse(fs.readFileSync(`${root}/plugins/duo/fixtures/token_sign_as_published.json`, 'utf8'));
    const now = Date.now;
    Date.now = () => fixture.now_unix_ms;
    const RealDate = Date;
    globalThis.Date = class extends RealDate { constructor(...a) { super(...(a.length ? a : [fixture.now_unix_ms])); } static now() { return fixture.now_unix_ms; } };
    try {
      const { integration_key: ikey, secret_key: skey, akey } = fixture.settings;
      assert.equal(web.sign_request(ikey, skey, akey, fixture.input.username), fixture.expect.done.request);
      const verified = JSON.parse(fs.readFileSync(`${root}/plugins/duo/fixtures/token_verify_as_published.json`, 'utf8'));
      assert.equal(web.verify_response(ikey, skey, akey, verified.input.response), verified.input.username);
    } finally {
      globalThis.Date = RealDate;
      Date.now = now;
    }
  },
});
system.stop();
proxy.close();
proxy.closeAllConnections();
