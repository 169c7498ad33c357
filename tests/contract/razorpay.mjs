// Razorpay's official SDK judges the signatures of our emulator, and drives it.
import assert from 'node:assert/strict';
import Razorpay from 'razorpay';
import { listen } from './deliveries.mjs';
import { System, run } from './harness.mjs';

const system = await System.start();
const hook = await listen();
await system.control('PUT', '/razorpay/hook', { id: 'judge', url: hook.url });
const payment = await system.create('razorpay-main', 'INR', '500.00');

await run({
  async the_official_sdk_verifies_the_emulators_webhooks() {
    await system.control('POST', '/razorpay/actions', { action: 'pay', reference: payment.reference });
    const told = await hook.first((one) => JSON.parse(one.body).event === 'order.paid');
    const signature = told.headers['x-razorpay-signature'];
    assert.ok(Razorpay.validateWebhookSignature(told.body.toString(), signature, 'razorpay_webhook_turnpike'));
    assert.ok(!Razorpay.validateWebhookSignature(`${told.body} `, signature, 'razorpay_webhook_turnpike'));
    assert.ok(told.headers['x-razorpay-event-id']);
    await system.until(async () => (await system.api('GET', `/v1/payments/${payment.id}`)).status === 'succeeded');
  },
  async the_official_sdk_verifies_the_emulators_return() {
    const { validatePaymentVerification } = (await import('razorpay/dist/utils/razorpay-utils.js')).default;
    const other = await system.create('razorpay-main', 'INR', '70.00');
    const order = other.provider_ids.order;
    const page = await (await fetch(`${system.sandbox}/api.razorpay.com/v1/checkout/pay/${order}/pay?callback_url=http://127.0.0.1/`, { method: 'POST' })).text();
    const field = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
    assert.ok(validatePaymentVerification({ order_id: order, payment_id: field('razorpay_payment_id') }, field('razorpay_signature'), 'razorpay_secret_turnpike'));
  },
});
hook.close();
system.stop();
