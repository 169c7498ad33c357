// What an operator looks at first: how much came in, how much of it went well, and what waits for a decision.
import { type List, type Payment, get } from './api';
import { PaymentTable } from './payments';
import { t } from './texts';
import { Amount, ProblemBox, Table, useLoad } from './ui';

/// Sums of decimal texts, exactly: digits are added as integers of the longest scale.
export function sum(amounts: string[]): string {
  const places = Math.max(0, ...amounts.map((a) => a.split('.')[1]?.length ?? 0));
  const total = amounts.reduce((all, a) => { const [whole, part = ''] = a.replace('-', '').split('.'); const n = BigInt(whole + part.padEnd(places, '0')); return all + (a.startsWith('-') ? -n : n); }, 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, '0');
  return (total < 0n ? '-' : '') + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits);
}

interface Statistics { integration: string; payments: number; succeeded: number; failed: number; open: number; money: Array<{ currency: string; credited: string; fees: string }>; latency_p50_ms: number | null; latency_p95_ms: number | null }

async function load() {
  const since = Date.now() - 30 * 86_400_000;
  let rows: Payment[] = [], after = '';
  for (let page = 0; page < 10; page++) {
    const next = await get<List<Payment>>(`/v1/payments?limit=200${after && `&after=${after}`}`);
    rows = [...rows, ...next.data.filter((p) => Date.parse(p.created_at) >= since)];
    if (!next.next || rows.length < 200 * (page + 1)) break;
    after = next.next;
  }
  const statistics = (await get<{ data: Statistics[] }>('/v1/statistics?days=30')).data;
  const held = (await get<List<Payment>>('/v1/payments?status=held&limit=200')).data.length;
  return { rows, held, statistics };
}

const arrived = (p: Payment) => ['succeeded', 'partially_refunded', 'refunded'].includes(p.status);

export function Dashboard() {
  const { value, problem } = useLoad(load, [], 10_000);
  if (!value) return <><h1>{t.dashboard}</h1><ProblemBox problem={problem} /></>;
  const currencies = [...new Set(value.rows.filter((p) => /[1-9]/.test(p.credited)).map((p) => p.currency))];
  const ended = value.rows.filter((p) => arrived(p) || p.status === 'failed' || p.status === 'expired');
  const good = ended.filter(arrived).length;
  return (
    <>
      <h1>{t.dashboard}</h1>
      <dl class="facts">
        {currencies.map((c) => <div key={c}><dt>{t.volume}</dt><dd class="big">{sum(value.rows.filter((p) => p.currency === c).map((p) => p.credited))} {c}</dd></div>)}
        <div><dt>{t.success}</dt><dd class="big">{ended.length ? `${Math.round(100 * good / ended.length)} %` : '–'}</dd></div>
        <div><dt>{t.held}</dt><dd class="big"><a href="#/held">{value.held}</a></dd></div>
        <div><dt>{t.payments}</dt><dd class="big">{value.rows.length}</dd></div>
      </dl>
      <h2>{t.perProvider}</h2>
      <Table rows={value.statistics} keyOf={(one) => one.integration} columns={[
        [t.integration, (one) => one.integration], [t.success, (one) => <>{one.succeeded} / {one.payments}<div class="bar"><i style={{ width: `${100 * one.succeeded / Math.max(1, one.payments)}%` }} /></div></>],
        [t.credited, (one) => one.money.map((m) => <div key={m.currency}><Amount of={m.credited} currency={m.currency} /></div>)], [t.fees, (one) => one.money.map((m) => <div key={m.currency}><Amount of={m.fees} currency={m.currency} /></div>)],
        [t.latency, (one) => one.latency_p50_ms === null ? '–' : `${one.latency_p50_ms} / ${one.latency_p95_ms} ms`],
      ]} />
      <h2>{t.payments}</h2>
      <PaymentTable rows={value.rows.slice(0, 10)} />
    </>
  );
}
