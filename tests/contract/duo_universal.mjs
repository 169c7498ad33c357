// Duo's official Universal Prompt SDK against our emulator: the emulator takes what it signs, and it takes what the emulator signs.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { System, run } from './harness.mjs';

const host = 'api-1a2b3c4d.duosecurity.com';
const old = Number(process.versions.node.split('.')[0]) < 20;
const needs = 'duo_universal needs Node.js 20';
const system = await System.start();

/// The SDK pins Duo's certificates; its requests are carried to the emulator as they are, body and all.
function client(secret = 'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef') {
  const { Client } = createRequire(import.meta.url)('@duosecurity/duo_universal');
  const made = new Client({ clientId: 'DIXXXXXXXXXXXXXXXXXX', clientSecret: secret, apiHost: host, redirectUrl: 'https://app.example/callback' });
  made.axios.defaults.adapter = async (config) => {
    const url = new URL(config.url, config.baseURL ?? `https://${host}`);
    assert.equal(url.host, host);
    const answer = await fetch(`${system.sandbox}/${host}${url.pathname}`, { method: config.method.toUpperCase(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: String(config.data) });
    const text = await answer.text();
    const response = { data: JSON.parse(text), status: answer.status, statusText: '', headers: {}, config };
    if (answer.ok) return response;
    throw Object.assign(new Error(`status ${answer.status}`), { isAxiosError: true, response, config });
  };
  return made;
}
async function code(duo, username, button = 'approve') {
  const url = new URL(await duo.createAuthUrl(username, duo.generateState()));
  assert.equal(url.host, host);
  const back = await fetch(`${system.sandbox}/${host}${url.pathname}/${button}${url.search}`, { method: 'POST', redirect: 'manual' });
  return new URL(back.headers.get('location')).searchParams;
}

await run({
  async the_emulator_is_there_for_the_sdk() {
    if (old) return needs;
    assert.equal((await client().healthCheck()).stat, 'OK');
    await assert.rejects(client('x'.repeat(40)).healthCheck());
  },
  async a_login_through_the_sdk_ends_with_a_verified_token() {
    if (old) return needs;
    const duo = client();
    const token = await duo.exchangeAuthorizationCodeFor2FAResult((await code(duo, 'ann')).get('duo_code'), 'ann');
    assert.equal(token.auth_result.result, 'allow');
    assert.equal(token.preferred_username, 'ann');
  },
  async the_sdk_refuses_another_person_and_a_spent_code() {
    if (old) return needs;
    const duo = client();
    await assert.rejects(duo.exchangeAuthorizationCodeFor2FAResult((await code(duo, 'ann')).get('duo_code'), 'bob'));
    const once = (await code(duo, 'ann')).get('duo_code');
    await duo.exchangeAuthorizationCodeFor2FAResult(once, 'ann');
    await assert.rejects(duo.exchangeAuthorizationCodeFor2FAResult(once, 'ann'));
    assert.equal((await code(duo, 'ann', 'deny')).get('error'), 'access_denied');
  },
});
system.stop();
