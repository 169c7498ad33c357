// Telephone numbers: found and allocated through a driver, booked under a company.
import { useState } from 'preact/hooks';
import { type List, get, post } from './api';
import { withOperation } from './books';
import { t } from './texts';
import { Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

interface Found { did: string; [more: string]: unknown }
interface Booked { id: string; did: string; status: string; integration: string; mode: string; company: string | null; customer: string | null; created_at: string }
interface Company { id: string; name: string; kinds: string[] }
interface Done { dry_run?: boolean; would?: unknown }

function Companies({ rows, reload }: { rows: Company[]; reload: () => Promise<void> }) {
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const { busy, problem, act } = useAct();
  return (
    <>
      <h2>{t.companies}</h2>
      <Table rows={rows} keyOf={(c) => c.id} columns={[[t.id, (c) => c.id], [t.name, (c) => c.name], [t.kind, (c) => c.kinds.join(', ')]]} />
      <form class="row" onSubmit={(e) => { e.preventDefault(); void act(async () => { await post('/v1/companies', { id, name, kinds: ['carrier'] }); setId(''); setName(''); await reload(); }); }}><Input label={t.id} value={id} onText={setId} required /><Input label={t.name} value={name} onText={setName} required /><button class="plain" disabled={busy}>{t.save}</button></form>
      <ProblemBox problem={problem} />
    </>
  );
}

export function Numbers() {
  const { value, problem, reload } = useLoad(async () => {
    const [numbers, companies, able] = await Promise.all([get<List<Booked>>('/v1/numbers?limit=200'), get<List<Company>>('/v1/companies'), withOperation('numbers.search/1').catch(() => [])]);
    return { numbers: numbers.data, companies: companies.data, ids: able.map((one) => one.id) };
  }, [], 5000);
  const [integration, setIntegration] = useState('');
  const [number, setNumber] = useState('');
  const [found, setFound] = useState<Found[] | null>(null);
  const [would, setWould] = useState<unknown>(null);
  const { busy, problem: refused, act } = useAct();
  const [dialog, confirm] = useConfirm();
  if (!value) return <><h1>{t.numbers}</h1><ProblemBox problem={problem} /></>;
  const chosen = integration || value.ids[0] || '';
  const does = (what: 'allocate' | 'release', by: string, did: string) => act(async () => {
    const done = await post<Done>(`/v1/numbers/${what}`, { integration: by, did });
    setWould(done.dry_run ? done.would : null);
    if (!done.dry_run) setFound(null);
    await reload();
  });
  return (
    <>
      <h1>{t.numbers}</h1>
      {value.ids.length ? (
        <form class="row" onSubmit={(e) => { e.preventDefault(); setWould(null); void act(async () => setFound((await get<List<Found>>(`/v1/numbers/search?${new URLSearchParams({ integration: chosen, number })}`)).data)); }}>
          <Select label={t.integration} value={chosen} options={value.ids} onText={(id) => { setIntegration(id); setFound(null); }} /><Input label={t.findNumber} inputMode="tel" value={number} onText={setNumber} /><button disabled={busy}>{t.find}</button>
        </form>
      ) : <p class="none">{t.noDrivers}</p>}
      <ProblemBox problem={refused} />
      {would !== null && <div class="note" role="status">{t.wouldDo}<pre>{JSON.stringify(would, null, 2)}</pre></div>}
      {found && <Table rows={found} keyOf={(f) => f.did} columns={[[t.number, (f) => f.did], [t.what, (f) => Object.entries(f).filter(([name]) => name !== 'did').map(([name, text]) => `${name.replaceAll('_', ' ')} ${String(text)}`).join(', ')], ['', (f) => <button class="plain" disabled={busy} onClick={() => confirm(t.allocateAsk(f.did), () => void does('allocate', chosen, f.did))}>{t.allocate}</button>]]} />}
      <h2>{t.held_numbers}</h2>
      <Table rows={value.numbers} keyOf={(n) => n.id} columns={[
        [t.number, (n) => n.did], [t.status, (n) => <Status of={n.status} />], [t.company, (n) => n.company ?? '–'], [t.customer, (n) => n.customer ? <a href={`#/customers/${n.customer}`}>{n.customer}</a> : '–'], [t.integration, (n) => n.integration], [t.when, (n) => <Time at={n.created_at} />],
        ['', (n) => n.status === 'held' ? <button class="plain" disabled={busy} onClick={() => confirm(t.releaseAskNumber(n.did), () => void does('release', n.integration, n.did))}>{t.releaseNumber}</button> : null],
      ]} />
      <Companies rows={value.companies} reload={reload} />
      {dialog}
    </>
  );
}
