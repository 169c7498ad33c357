// The specification's own library, npm standardwebhooks, as the receiver of what we send.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { System, root, run } from './harness.mjs';

const config = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-contract-')), 'turnpike.yaml');
fs.cpSync(path.join(root, 'config/scripts'), path.join(path.dirname(config), 'scripts'), { recursive: true });
fs.writeFileSync(config, `${fs.readFileSync(path.join(root, 'config/turnpike.yaml'))}\nevents: { allow_private: ["127.0.0.0/8"] }\n`);
const system = await System.start({ config });
const got = [];
const receiver = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => { got.push({ headers: request.headers, body }); response.end(); });
}).listen(0, '127.0.0.1');
await new Promise((resolve) => receiver.on('listening', resolve));

await run({
  async every_message_passes_the_specifications_own_library() {
    const made = await system.api('POST', '/v1/webhook-endpoints', { url: `http://127.0.0.1:${receiver.address().port}/` });
    await system.pay();
    await system.until(async () => got.some((one) => JSON.parse(one.body).type === 'payment.succeeded'));
    const judge = new Webhook(made.secret);
    for (const { headers, body } of got) {
      const event = judge.verify(body, headers);
      assert.equal(event.id, headers['webhook-id']);
      assert.ok(Buffer.byteLength(body) < 20_000, 'bodies stay below 20 kB');
      assert.throws(() => judge.verify(`${body} `, headers));
      assert.throws(() => new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').verify(body, headers));
    }
    assert.ok(got.length >= 3, `${got.length} messages were judged`);
  },

  async both_secrets_pass_after_a_rotation() {
    const before = got.length;
    const receiverUrl = `http://127.0.0.1:${receiver.address().port}/`;
    const made = await system.api('POST', '/v1/webhook-endpoints', { url: receiverUrl, types: ['payment.created'] });
    const fresh = await system.api('POST', `/v1/webhook-endpoints/${made.id}/rotate-secret`, {});
    await system.pay();
    const passes = (secret, one) => { try { new Webhook(secret).verify(one.body, one.headers); return true; } catch { return false; } };
    await system.until(async () => got.slice(before).some((one) => passes(made.secret, one) && passes(fresh.secret, one)));
  },
});
receiver.close();
system.stop();
