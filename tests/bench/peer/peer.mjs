// The same work by other means: fastify, Stripe's official SDK and better-sqlite3 on the same schema and the same rows.
// node peer.mjs STORE plain|batched: one commit a webhook, or one commit for all that came in one turn of the loop.
import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import fastify from 'fastify';
import Stripe from 'stripe';

const [file, mode] = process.argv.slice(2);
const stripe = new Stripe('sk_test_turnpike');
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -8192');

const sql = {
  byReference: db.prepare('SELECT seq, id, customer, integration, state FROM payments WHERE reference = ?'),
  inbox: db.prepare("INSERT INTO inbox (at, integration, mode, remote_ip, head, body, body_bytes, verdict, event_id, event_type, payment) VALUES (?, 'bench', 'test', '127.0.0.1', ?, ?, ?, 'accepted', ?, ?, ?)"),
  effect: db.prepare("INSERT INTO effects VALUES ('stripe', 'test', 'bench', 'capture', ?, ?, ?, 'USD', ?) ON CONFLICT DO NOTHING"),
  names: db.prepare("INSERT INTO provider_ids VALUES ('stripe', 'test', 'bench', ?, ?) ON CONFLICT DO NOTHING"),
  payment: db.prepare("UPDATE payments SET status = 'succeeded', state = ?, provider_reference = ?, updated_at = ? WHERE seq = ?"),
  balance: db.prepare("INSERT INTO balances VALUES (?, 'USD', 'test', ?) ON CONFLICT DO UPDATE SET balance = balance + excluded.balance"),
  before: db.prepare("SELECT balance FROM balances WHERE customer = ? AND currency = 'USD' AND mode = 'test'"),
  next: db.prepare('SELECT coalesce(max(n), 0) + 1 AS n FROM journal'),
  journal: db.prepare("INSERT INTO journal (n, at, type, payment, cause, currency, mode, hash) VALUES (?, ?, ?, ?, 'webhook', 'USD', 'test', ?)"),
  entry: db.prepare('INSERT INTO entries (n, role, owner, customer, amount, balance_after) VALUES (?, ?, ?, ?, ?, ?)'),
  event: db.prepare("INSERT INTO events (id, type, at, mode, object) VALUES (?, ?, ?, 'test', ?)"),
  timeline: db.prepare("INSERT INTO timeline (payment, at, kind, data) VALUES (?, ?, 'payment', ?)"),
};

function post(at, type, payment, entries) {
  const { n } = sql.next.get();
  const hash = createHash('sha256').update(JSON.stringify([n, at, type, payment, entries])).digest();
  entries.forEach(([role, owner, amount, after], i) => sql.entry.run(n * 16 + i, role, owner, role === 1 ? owner : null, amount, after));
  sql.journal.run(n, at, type, payment, hash);
}

function settle({ event, raw, head }) {
  const at = Date.now();
  const intent = event.data.object;
  const row = sql.byReference.get(intent.metadata.reference);
  sql.inbox.run(at, head, raw, raw.length, event.id, event.type, row.seq);
  if (sql.effect.run(intent.id, row.seq, intent.amount_received, at).changes === 0) return;
  sql.names.run(intent.latest_charge.id, row.seq);
  const state = JSON.parse(row.state);
  state.facts[0].captured = intent.amount_received;
  state.facts[0].fees = [{ minor: intent.latest_charge.balance_transaction.fee, as_of: event.created * 1000, source: 'provider' }];
  const balance = (sql.before.get(row.customer)?.balance ?? 0) + 1000;
  sql.balance.run(row.customer, 1000);
  post(at, 'payment', row.id, [[2, 'bench', 1059], [3, 'bench', -59], [1, row.customer, -1000, balance]]);
  post(at, 'fee', row.id, [[2, 'bench', -61], [4, 'bench', 61]]);
  sql.event.run(`${row.id}c`, 'customer.credited', at, JSON.stringify({ customer: row.customer, payment: row.id, amount: '10.00', currency: 'USD', mode: 'test' }));
  sql.event.run(`${row.id}s`, 'payment.succeeded', at, JSON.stringify({ ...row, status: 'succeeded', captured: '10.59', fee: '0.61', credited: '10.00', currency: 'USD' }));
  sql.timeline.run(row.seq, at, JSON.stringify({ cause: 'webhook', status: 'succeeded', was: 'pending' }));
  sql.payment.run(JSON.stringify(state), intent.id, at, row.seq);
}

const commitAll = db.transaction((jobs) => jobs.forEach(settle));
let waiting = [];
function batched(job) {
  return new Promise((resolve, reject) => {
    waiting.push({ job, resolve, reject });
    if (waiting.length > 1) return;
    setImmediate(() => {
      const batch = waiting;
      waiting = [];
      try {
        commitAll(batch.map((one) => one.job));
        batch.forEach((one) => one.resolve());
      } catch (error) {
        batch.forEach((one) => one.reject(error));
      }
    });
  });
}

const app = fastify();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/hook', async (request) => {
  const event = stripe.webhooks.constructEvent(request.body, request.headers['stripe-signature'], 'whsec_test_turnpike');
  const job = { event, raw: request.body, head: JSON.stringify(request.headers) };
  if (mode === 'batched') await batched(job);
  else commitAll([job]);
  return '';
});
// Off the hot path, as the host has it too.
setInterval(() => db.pragma('wal_checkpoint(PASSIVE)'), 500).unref();
process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
console.log(`peer ready ${await app.listen({ port: 0, host: '127.0.0.1' })}`);
