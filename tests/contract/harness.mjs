// Starts a sandbox and a host for contract tests, and counts results the way tools/count_results.py reads them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const build = process.env.BUILD ?? path.join(root, 'build-test');
export const shared = process.env.TURNPIKE_SHARED ?? path.join(root, '../shared');

function start(program, args, log) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', fs.openSync(log, 'w')] });
  const ready = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = text.match(/ ready (http:\S+)/);
      if (found) resolve(found[1]);
    });
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${fs.readFileSync(log, 'utf8')}`)));
  });
  return { child, ready };
}

/// `front`: given the sandbox's URL, the URL the host is to use instead: whoever listens there reads along.
export class System {
  static async start({ front, config = path.join(root, 'config/turnpike.yaml') } = {}) {
    const s = new System();
    s.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-contract-'));
    const sandbox = start(path.join(build, 'tools/sandbox/turnpike-sandbox'), ['--port', '0'], path.join(s.folder, 'sandbox.log'));
    s.sandbox = await sandbox.ready;
    const data = path.join(s.folder, 'var');
    const host = start(path.join(build, 'host/turnpike'), ['serve', '--config', config, '--data', data, '--listen', '127.0.0.1:0', '--sandbox-url', front ? await front(s.sandbox) : s.sandbox], path.join(s.folder, 'host.log'));
    s.url = await host.ready;
    s.children = [host.child, sandbox.child];
    s.token = fs.readFileSync(path.join(data, 'api-token'), 'utf8').trim();
    for (const one of (await s.api('GET', '/v1/integrations')).data.filter((one) => one.webhook_url)) await s.control('PUT', `/${one.provider}/hook`, { id: one.id, url: one.webhook_url });
    return s;
  }
  async api(method, route, body, headers = {}) {
    const answer = await fetch(this.url + route, { method, headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body) });
    return answer.status === 204 ? null : answer.json();
  }
  async control(method, route, body) {
    return (await fetch(`${this.sandbox}/_sandbox${route}`, { method, headers: { 'X-Sandbox': '1' }, body: body && JSON.stringify(body) })).json();
  }
  async pay(more = {}) {
    await this.api('POST', '/v1/customers', { id: 'ada' });
    const payment = await this.api('POST', '/v1/payments', { customer: 'ada', integration: 'stripe-main', currency: 'USD', amount: '10.00', return_url: 'https://shop.example/', ...more }, { 'Idempotency-Key': `k${Math.random()}` });
    await fetch(`${payment.next_action.url}/pay`, { method: 'POST', redirect: 'manual' });
    return payment;
  }
  async create(integration, currency, amount, more = {}) {
    await this.api('POST', '/v1/customers', { id: 'judged', email: 'judged@example.com' });
    const body = { customer: 'judged', integration, currency, amount, return_url: 'https://shop.example/', ...more };
    const payment = await this.api('POST', '/v1/payments', body, { 'Idempotency-Key': `k${Math.random()}` });
    if (!payment.id) throw new Error(JSON.stringify(payment));
    return payment;
  }
  /// What was said to the provider under a label.
  async calls(payment, label) {
    const rows = (await this.api('GET', `/v1/payments/${payment.id}/timeline`)).data.filter((row) => row.kind === 'call');
    return rows.flatMap((row) => row.transcript).filter((line) => line.label === label);
  }
  async until(check) {
    for (let i = 0; i < 400; i++) {
      const found = await check();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('it did not come true in time');
  }
  stop() {
    for (const child of this.children) {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
    }
  }
}

// A client of the provider's own host name reaches the emulator below its first path part.
export async function prefixing(target, host) {
  const server = http.createServer((request, response) => {
    const to = new URL(`${target}/${host}${request.url}`);
    const forward = http.request(to, { method: request.method, headers: { ...request.headers, host: to.host } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
}

export async function run(tests, area = 'contract') {
  const out = process.argv[2];
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    let line = `PASSED ${area}.${name}`;
    try {
      const skipped = await test();
      if (skipped) line = `SKIPPED ${area}.${name}: ${skipped}`;
    } catch (error) {
      failed++;
      line = `FAILED ${area}.${name}: ${String(error.stack ?? error).split('\n').slice(0, 2).join(' ')}`;
    }
    if (out) fs.appendFileSync(out, line + '\n');
    if (!out || line.startsWith('FAILED')) console.log(line);
  }
  process.exitCode = failed ? 1 : 0;
}
