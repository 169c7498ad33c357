// What was booked at accounting providers, and journal, provider and books held against each other.
import { useState } from 'preact/hooks';
import { type Integration, type List, type Provider, get } from './api';
import { t } from './texts';
import { Amount, Input, ProblemBox, Select, Status, Table, Time, useAct, useLoad } from './ui';

interface Document { id: string; kind: string; status: string; integration: string; number: string | null; total: string | null; currency: string | null; payment: string | null; customer: string | null; url?: string; fee_note?: string; created_at: string }
interface Row { payment?: string; number: string | null; currency: string | null; journal?: string; provider?: string; books: string | null; status?: string }
type Lists = 'matched' | 'different' | 'missing_in_books' | 'missing_in_journal';
type Report = Record<Lists, Row[]>;

/// Installed integrations whose provider has one operation.
export async function withOperation(operation: string): Promise<Integration[]> {
  const [{ providers }, { data }] = await Promise.all([get<{ providers: Provider[] }>('/v1/providers'), get<List<Integration>>('/v1/integrations')]);
  const able = new Set(providers.filter((one) => one.operations.includes(operation)).map((one) => one.id));
  return data.filter((one) => able.has(one.provider));
}

const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);

function Reconciliation({ ids }: { ids: string[] }) {
  const [integration, setIntegration] = useState(ids[0]!);
  const [from, setFrom] = useState(day(30));
  const [to, setTo] = useState(day(0));
  const [report, setReport] = useState<Report | null>(null);
  const { busy, problem, act } = useAct();
  return (
    <section class="card">
      <h2>{t.reconcile}</h2>
      <form class="row" onSubmit={(e) => { e.preventDefault(); void act(async () => setReport(await get<Report>(`/v1/accounting/reconciliation?${new URLSearchParams({ integration, from, to })}`))); }}>
        <Select label={t.integration} value={integration} options={ids} onText={setIntegration} /><Input label={t.from} type="date" value={from} onText={setFrom} required /><Input label={t.through} type="date" value={to} onText={setTo} required /><button disabled={busy}>{t.reconcile}</button>
      </form>
      <ProblemBox problem={problem} />
      {report && (['different', 'missing_in_books', 'missing_in_journal', 'matched'] as Lists[]).map((name) => (
        <div key={name}>
          <h3>{t[name]} ({report[name].length})</h3>
          <Table rows={report[name]} keyOf={(r) => `${r.payment ?? ''}${r.number ?? ''}`} columns={[[t.payment, (r) => r.payment ? <a href={`#/payments/${r.payment}`}>{r.payment}</a> : '–'], [t.number, (r) => r.number ?? '–'],
            [t.journal, (r) => <Amount of={r.journal ?? null} currency={r.currency} />], [t.provider, (r) => <Amount of={r.provider ?? null} />], [t.inBooks, (r) => <Amount of={r.books} />], [t.status, (r) => r.status ?? '–']]} />
        </div>
      ))}
    </section>
  );
}

export function Books() {
  const { value, problem } = useLoad(async () => {
    const [documents, able] = await Promise.all([get<List<Document>>('/v1/accounting/documents?limit=100'), withOperation('accounting.document.list/1').catch(() => [])]);
    return { documents: documents.data, ids: able.map((one) => one.id) };
  }, [], 5000);
  if (!value) return <><h1>{t.books}</h1><ProblemBox problem={problem} /></>;
  return (
    <>
      <h1>{t.books}</h1>
      <ProblemBox problem={problem} />
      {value.ids.length ? <Reconciliation ids={value.ids} /> : <p class="none">{t.noBooks}</p>}
      <h2>{t.documents}</h2>
      <Table rows={value.documents} keyOf={(d) => d.id} columns={[
        [t.when, (d) => <Time at={d.created_at} />], [t.kind, (d) => d.kind.replaceAll('_', ' ')], [t.status, (d) => <Status of={d.status} />], [t.number, (d) => d.url ? <a href={d.url} rel="noreferrer">{d.number}</a> : d.number ?? '–'],
        [t.total, (d) => <Amount of={d.total} currency={d.currency} />], [t.payment, (d) => d.payment ? <a href={`#/payments/${d.payment}`}>{d.payment}</a> : '–'], [t.customer, (d) => d.customer ? <a href={`#/customers/${d.customer}`}>{d.customer}</a> : '–'], [t.integration, (d) => d.integration],
      ]} />
    </>
  );
}
