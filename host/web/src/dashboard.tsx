// What an operator looks at first: how much came in, how much of it went well, and what waits for a decision.
import { type List, type Payment, get } from './api';
import { PaymentTable } from './payments';
import { t } from './texts';
import { Amount, ProblemBox, Status, Table, useLoad } from './ui';

/// Sums of decimal texts, exactly: digits are added as integers of the longest scale.
export function sum(amounts: string[]): string {
  const places = Math.max(0, ...amounts.map((a) => a.split('.')[1]?.length ?? 0));
  const total = amounts.reduce((all, a) => { const [whole, part = ''] = a.replace('-', '').split('.'); const n = BigInt(whole + part.padEnd(places, '0')); return all + (a.startsWith('-') ? -n : n); }, 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, '0');
  return (total < 0n ? '-' : '') + (places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits);
}

interface Statistics { integration: string; mode: string | null; payments: number; succeeded: number; failed: number; open: number; held: number; money: Array<{ currency: string; credited: string; fees: string }>; latency_p50_ms: number | null; latency_p95_ms: number | null }

async function load() {
  const [statistics, newest] = await Promise.all([get<{ data: Statistics[] }>('/v1/statistics?days=30'), get<List<Payment>>('/v1/payments?limit=10')]);
  return { statistics: statistics.data, newest: newest.data };
}

/// Decimal texts of one currency, summed over the integrations; test money is never added to real money.
function totals(statistics: Statistics[]): Array<{ mode: string; currency: string; total: string }> {
  const amounts = new Map<string, string[]>();
  for (const one of statistics) for (const m of one.money) { const key = `${one.mode} ${m.currency}`; amounts.set(key, [...amounts.get(key) ?? [], m.credited]); }
  return [...amounts].map(([key, all]) => { const [mode = '', currency = ''] = key.split(' '); return { mode, currency, total: sum(all) }; }).filter((one) => /[1-9]/.test(one.total));
}

export function Dashboard() {
  const { value, problem } = useLoad(load, [], 10_000);
  if (!value) return <><h1>{t.dashboard}</h1><ProblemBox problem={problem} /></>;
  const count = (name: 'payments' | 'succeeded' | 'failed' | 'held') => value.statistics.reduce((all, one) => all + one[name], 0);
  const ended = count('succeeded') + count('failed');
  return (
    <>
      <h1>{t.dashboard}</h1>
      <dl class="facts">
        {totals(value.statistics).map((one) => <div key={one.mode + one.currency}><dt>{t.volume} <Status of={one.mode} /></dt><dd class="big">{one.total} {one.currency}</dd></div>)}
        <div><dt>{t.success}</dt><dd class="big">{ended ? `${Math.round(100 * count('succeeded') / ended)} %` : '–'}</dd></div>
        <div><dt>{t.held}</dt><dd class="big"><a href="#/held">{count('held')}</a></dd></div>
        <div><dt>{t.payments}</dt><dd class="big">{count('payments')}</dd></div>
      </dl>
      <h2>{t.perProvider}</h2>
      <Table rows={value.statistics} keyOf={(one) => one.integration} columns={[
        [t.integration, (one) => <>{one.integration} {one.mode && <Status of={one.mode} />}</>], [t.success, (one) => <>{one.succeeded} / {one.payments}<div class="bar"><i style={{ width: `${100 * one.succeeded / Math.max(1, one.payments)}%` }} /></div></>],
        [t.credited, (one) => one.money.map((m) => <div key={m.currency}><Amount of={m.credited} currency={m.currency} /></div>)], [t.fees, (one) => one.money.map((m) => <div key={m.currency}><Amount of={m.fees} currency={m.currency} /></div>)],
        [t.latency, (one) => one.latency_p50_ms === null ? '–' : `${one.latency_p50_ms} / ${one.latency_p95_ms} ms`],
      ]} />
      <h2>{t.payments}</h2>
      <PaymentTable rows={value.newest} />
    </>
  );
}
