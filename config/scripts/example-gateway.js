// A way to pay in 40 lines: a hosted page, signed messages, refunds.  Amounts are texts all the way.
const base = 'https://pay.example.net/v1';
const auth = { Authorization: `Bearer ${process.env.API_KEY}`, 'Content-Type': 'application/json' };

async function ask(method, path, body) {
  const answer = await fetch(base + path, { method, headers: auth, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${said.message}`);
  return said;
}

// What the gateway says of an order, in the host's words.  One capture has one id, whoever tells of it.
const seen = (order) => ({
  reference: order.reference,
  providerReference: order.id,
  status: { open: 'requires_action', paid: 'succeeded', declined: 'failed', cancelled: 'cancelled' }[order.status],
  providerStatus: order.status,
  currency: order.currency,
  captured: order.captured ? { id: order.captured.id, amount: order.captured.amount } : undefined,
  fee: order.fee ?? undefined,
  refunds: order.refunds.map((one) => ({ id: one.id, amount: one.amount, status: 'succeeded', refund: one.reference })),
});

module.exports = {
  async createPayment({ reference, total, currency, returnUrl, notifyUrl }) {
    const order = await ask('POST', '/orders', { reference, amount: total, currency, return_url: returnUrl, notify_url: notifyUrl });
    return { providerReference: order.id, redirect: order.page };
  },
  queryPayment: async ({ reference, providerReference }) => seen(await ask('GET', `/orders/${providerReference ?? `by-reference/${reference}`}`)),
  async refund({ providerReference, refund, refundAmount }) {
    const made = await ask('POST', `/orders/${providerReference}/refunds`, { amount: refundAmount, reference: refund });
    return { id: made.id, status: 'succeeded' };
  },
  handleWebhook(message, prove) {
    if (!prove({ header: 'X-Signature', prefix: 'sha256=' })) throw new Error('401 The signature is wrong');
    return { ...seen(message.json.order), event: message.json.id, type: message.json.type };
  },
};
