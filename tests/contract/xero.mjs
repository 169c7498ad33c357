// Xero's official description judges every body we send; Xero's official SDK speaks to our emulator.
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import { absent, description } from './description.mjs';
import { System, prefixing, run } from './harness.mjs';

const { AccountingApi } = createRequire(import.meta.url)('xero-node');
const tenant = 'c2cc9b6e-9458-4c7d-93cc-f02b81b0594f';
const seen = [];
let proxy;
/// Reads what the host says to Xero, and passes it on.
async function front(sandbox) {
  proxy = http.createServer((request, reply) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const body = Buffer.concat(parts);
      seen.push({ method: request.method, url: new URL(request.url, 'http://x'), headers: request.headers, body: body.toString() });
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
let keys = 0;
async function book(what, body) {
  const booked = await system.api('POST', `/v1/accounting/${what}`, { integration: 'xero-main', ...body }, { 'Idempotency-Key': `k${keys++}` });
  assert.ok(booked.id, JSON.stringify(booked));
  return booked;
}
async function everything() {
  await system.create('xero-main', 'USD', '50.00');
  const paid = await system.pay();
  await system.until(async () => (await system.api('GET', `/v1/payments/${paid.id}`)).fee_status === 'known');
  await book('invoices', { payment: paid.id });
  await book('contacts', { customer: 'judged' });
  const supplier = { name: 'Carrier Ltd', number: 'sup-1', bank_account: { number: '20-00-00 12345678', name: 'Carrier', details: 'INV77' } };
  const bill = await book('bills', { supplier, number: 'INV77', currency: 'USD', planned_date: '2026-12-01', due_date: '2026-12-02', lines: [{ description: 'Minutes', amount: '120.00' }] });
  await book('batch-payments', { narrative: 'CX NOV', currency: 'USD', payments: [{ bill: bill.id, amount: '120.00', details: 'INV77' }] });
  await book('bank-transactions', { type: 'receive', contact: { name: 'Bank' }, reference: 'interest', currency: 'USD', lines: [{ description: 'Interest', amount: '1.00', account: '200' }] });
}

await run({
  async every_body_we_send_fits_xeros_description() {
    await everything();
    const writes = seen.filter((one) => one.url.pathname.startsWith('/api.xero.com/') && one.method !== 'GET');
    const kinds = new Set(writes.map((one) => `${one.method} ${one.url.pathname.split('/')[4]}`));
    assert.equal([...kinds].sort().join(), 'POST Contacts,PUT BankTransactions,PUT BatchPayments,PUT Contacts,PUT Invoices,PUT Payments');
    for (const one of writes) assert.ok(one.headers['idempotency-key'] && one.headers['idempotency-key'].length <= 128 && one.headers['xero-tenant-id'] === undefined, JSON.stringify(one.headers));
    const checker = await description('xero/xero_accounting.yaml');
    if (!checker) return absent;
    for (const one of writes) {
      const verdict = checker.check(one.method, one.url.pathname.replace('/api.xero.com/api.xro/2.0', ''), 'application/json', one.body);
      assert.ok(verdict.ok, `${one.method} ${one.url.pathname}: ${verdict.errors} in ${one.body}`);
    }
  },
  async the_official_sdk_works_against_the_emulator() {
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const basic = Buffer.from('TURNPIKE0000000000000000000XERO1:xero_secret_turnpike_0123456789').toString('base64');
    const token = await (await fetch(`${system.sandbox}/identity.xero.com/connect/token`, { method: 'POST', headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' }, body: form })).json();
    const way = await prefixing(system.sandbox, 'api.xero.com');
    const api = new AccountingApi(`http://127.0.0.1:${way.port}/api.xro/2.0`);
    api.accessToken = token.access_token;
    const contact = (await api.createContacts(tenant, { contacts: [{ name: 'Grace' }] })).body.contacts[0];
    const made = (await api.createInvoices(tenant, { invoices: [{ type: 'ACCREC', contact: { contactID: contact.contactID }, invoiceNumber: 'SDK-1', status: 'AUTHORISED', currencyCode: 'USD', lineAmountTypes: 'NoTax',
      lineItems: [{ description: 'x', quantity: 1, unitAmount: 50.1, accountCode: '200' }] }] })).body.invoices[0];
    assert.equal(made.total, 50.1);
    await api.createPayments(tenant, { payments: [{ invoice: { invoiceID: made.invoiceID }, account: { code: '090' }, date: '2026-11-22', amount: 50.1 }] }, false, 'idem-1');
    const read = (await api.getInvoice(tenant, made.invoiceID)).body.invoices[0];
    assert.deepEqual([read.status, read.amountPaid, read.amountDue, read.payments.length], ['PAID', 50.1, 0, 1]);
    const listed = (await api.getInvoices(tenant, undefined, 'InvoiceNumber=="SDK-1"')).body.invoices;
    assert.deepEqual(listed.map((one) => one.invoiceNumber), ['SDK-1']);
    await assert.rejects(api.createInvoices(tenant, { invoices: [{ type: 'ACCREC', contact: { contactID: contact.contactID }, invoiceNumber: 'SDK-1', lineItems: [{ description: 'x', quantity: 1, unitAmount: 1, accountCode: '200' }] }] }), (error) => String(error).includes('must be unique'));
    way.close();
  },
});
system.stop();
proxy.close();
proxy.closeAllConnections();
