// Stripe's official SDK as a client of our emulator, as the signer of a webhook, and Stripe's API description as the
// judge of the bodies our plugin sends.
import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { absent, description } from './description.mjs';
import { System, prefixing, run } from './harness.mjs';

const system = await System.start();
const proxy = await prefixing(system.sandbox, 'api.stripe.com');
const stripe = new Stripe('sk_test_turnpike', { host: '127.0.0.1', port: proxy.port, protocol: 'http', maxNetworkRetries: 0 });

function completed(payment) {
  const object = { id: payment.provider_reference, object: 'checkout.session', amount_total: 1059, client_reference_id: payment.reference, currency: 'usd', livemode: false,
    metadata: { reference: payment.reference }, mode: 'payment', payment_intent: 'pi_official', payment_status: 'paid', status: 'complete' };
  return JSON.stringify({ id: 'evt_official', object: 'event', created: Math.floor(Date.now() / 1000), data: { object }, livemode: false, type: 'checkout.session.completed' });
}

await run({
  async the_official_sdk_drives_the_emulator() {
    const session = await stripe.checkout.sessions.create({ mode: 'payment', success_url: 'https://s.example/', client_reference_id: 'r1',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1059, product_data: { name: 'Top-up' } } }], payment_intent_data: { capture_method: 'automatic', metadata: { reference: 'r1' } } });
    await system.control('POST', '/stripe/actions', { action: 'pay', payment: session.id });
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge.balance_transaction'] });
    assert.equal(paid.payment_status, 'paid');
    assert.equal(paid.payment_intent.latest_charge.balance_transaction.fee, 61);
    const refund = await stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 100 }, { idempotencyKey: 'one' });
    assert.equal((await stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 100 }, { idempotencyKey: 'one' })).id, refund.id);
    await assert.rejects(stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 99999 }), { type: 'StripeInvalidRequestError' });
    await assert.rejects(stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 200 }, { idempotencyKey: 'one' }), { type: 'StripeIdempotencyError' });
    await assert.rejects(new Stripe('sk_test_wrong', { host: '127.0.0.1', port: proxy.port, protocol: 'http' }).account.retrieve(), { type: 'StripeAuthenticationError' });
    assert.equal((await stripe.events.list({ limit: 100 })).data.some((e) => e.type === 'refund.created'), true);
  },

  async a_webhook_signed_by_the_official_sdk_is_credited_once() {
    await system.api('POST', '/v1/customers', { id: 'grace' });
    const payment = await system.api('POST', '/v1/payments', { customer: 'grace', integration: 'stripe-main', currency: 'USD', amount: '10.00', return_url: 'https://shop.example/' }, { 'Idempotency-Key': 'signed' });
    const hook = (await system.api('GET', '/v1/integrations/stripe-main')).webhook_url;
    const payload = completed(payment);
    const deliver = (secret) => fetch(hook, { method: 'POST', body: payload, headers: { 'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload, secret }) } });
    assert.equal((await deliver('whsec_other')).status, 400);
    for (let i = 0; i < 3; i++) assert.equal((await deliver('whsec_test_turnpike')).status, 200);
    assert.deepEqual((await system.api('GET', '/v1/customers/grace/balance')).balances, [{ currency: 'USD', mode: 'test', balance: '10.00', pending: '0.00' }]);
  },

  async every_body_we_send_fits_stripes_description() {
    const checker = await description('stripe/spec3.yaml');
    if (!checker) return absent;
    const paid = await system.pay({ description: 'Top-up', locale: 'de', metadata: { order: '7' } });
    await system.until(async () => (await system.api('GET', `/v1/payments/${paid.id}`)).status === 'succeeded');
    await system.api('POST', `/v1/payments/${paid.id}/refunds`, { amount: '1.00', reason: 'duplicate' }, { 'Idempotency-Key': 'refund' });
    const held = await system.pay({ capture: 'manual' });
    await system.until(async () => (await system.api('GET', `/v1/payments/${held.id}`)).status === 'authorized');
    await system.api('POST', `/v1/payments/${held.id}/capture`, { amount: '5.00' }, { 'Idempotency-Key': 'capture' });
    const voided = await system.pay({ capture: 'manual' });
    await system.until(async () => (await system.api('GET', `/v1/payments/${voided.id}`)).status === 'authorized');
    await system.api('POST', `/v1/payments/${voided.id}/cancel`);
    const embedded = await system.api('POST', '/v1/payments', { customer: 'ada', integration: 'stripe-embedded', currency: 'USD', amount: '10.00', locale: 'fr', return_url: 'https://shop.example/' }, { 'Idempotency-Key': 'embedded' });
    let posts = 0;
    for (const id of [paid.id, held.id, voided.id, embedded.id]) {
      const calls = (await system.api('GET', `/v1/payments/${id}/timeline`)).data.filter((row) => row.kind === 'call').flatMap((row) => row.transcript);
      for (const call of calls.filter((one) => one.method === 'POST')) {
        posts++;
        const url = new URL(call.url);
        // The description is older than Adaptive Pricing.
        const body = call.request.body.replace(/&?adaptive_pricing%5Benabled%5D=false|&?adaptive_pricing\[enabled\]=false/, '');
        const verdict = checker.check('POST', url.pathname, 'application/x-www-form-urlencoded', body);
        assert.ok(verdict.ok, `${url.pathname}: ${verdict.errors}`);
      }
    }
    assert.ok(posts >= 7, `${posts} bodies were judged`);
  },
});
proxy.close();
system.stop();
