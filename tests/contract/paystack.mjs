// Paystack's official API description judges the bodies our plugin sends.  No judge of its webhooks exists: the
// published signature is a fixture.
import assert from 'node:assert/strict';
import { absent, description } from './description.mjs';
import { System, run } from './harness.mjs';

const system = await System.start();

await run({
  async every_body_we_send_fits_paystacks_description() {
    const checker = await description('paystack/paystack-openapi.yaml');
    if (!checker) return absent;
    const payment = await system.create('paystack-main', 'NGN', '10000.00', { method: 'card' });
    await fetch(`${payment.next_action.url}/pay`, { method: 'POST', redirect: 'manual' });
    await system.until(async () => (await system.api('GET', `/v1/payments/${payment.id}`)).status === 'succeeded');
    await system.api('POST', `/v1/payments/${payment.id}/refunds`, { amount: '1.00' }, { 'Idempotency-Key': 'refund' });
    const calls = [...await system.calls(payment, 'transaction.initialize'), ...await system.calls(payment, 'refund.create')];
    assert.equal(calls.length, 2);
    for (const call of calls) {
      const verdict = checker.check('POST', new URL(call.url).pathname, 'application/json', call.request.body);
      assert.ok(verdict.ok, `${call.url}: ${verdict.errors} in ${call.request.body}`);
    }
  },
});
system.stop();
