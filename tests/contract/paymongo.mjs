// PayMongo's official SDK judges the emulator's signatures.  It reads the header by position and knows no age limit, so
// our own window and places have tests of their own.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { listen } from './deliveries.mjs';
import { System, run } from './harness.mjs';

const Paymongo = createRequire(import.meta.url)('paymongo-node');
const system = await System.start();
const hook = await listen();
await system.control('PUT', '/paymongo/hook', { id: 'judge', url: hook.url });

await run({
  async the_official_sdk_reads_the_emulators_webhooks() {
    const client = new Paymongo('sk_test_turnpike');
    const payment = await system.create('paymongo-main', 'PHP', '1000.00');
    await fetch(`${payment.next_action.url}/pay`, { method: 'POST', redirect: 'manual' });
    const told = await hook.first((one) => JSON.parse(one.body).data.attributes.type === 'checkout_session.payment.paid');
    const ask = (payload) => client.webhooks.constructEvent({ payload, signatureHeader: told.headers['paymongo-signature'], webhookSecretKey: 'whsk_test_turnpike' });
    assert.ok(ask(told.body.toString()));
    assert.throws(() => ask(`${told.body} `));
    await system.until(async () => (await system.api('GET', `/v1/payments/${payment.id}`)).status === 'succeeded');
  },
});
hook.close();
system.stop();
