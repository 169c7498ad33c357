// Customers, users, sessions, and what was done: audit, events, the ledger's chain.
import { useState } from 'preact/hooks';
import { type Balance, type Customer, type Entry, type List, type Payment, call, get, post } from './api';
import { PaymentTable, usePages } from './payments';
import { t } from './texts';
import { Amount, Copy, Input, ProblemBox, Select, Table, Time, useAct, useConfirm, useLoad } from './ui';

export function Customers() {
  const [find, setFind] = useState('');
  const [asked, setAsked] = useState('');
  const { rows, next, more, problem, reload } = usePages<Customer>(`/v1/customers?limit=50${asked && `&q=${encodeURIComponent(asked)}`}`, [asked]);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const { busy, problem: refused, act } = useAct();
  return (
    <>
      <h1>{t.customers}</h1>
      <form class="row" onSubmit={(e) => { e.preventDefault(); setAsked(find.trim()); }}><Input label={t.searchCustomers} value={find} onText={setFind} /><button class="plain">{t.search}</button></form>
      <ProblemBox problem={problem} />
      <Table rows={rows} keyOf={(c) => c.id} onOpen={(c) => `#/customers/${c.id}`} columns={[[t.id, (c) => c.id], [t.name, (c) => c.name ?? '–'], [t.email, (c) => c.email ?? '–'], [t.created, (c) => <Time at={c.created_at} />]]} />
      {next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}
      <h2>{t.newCustomer}</h2>
      <form class="card" onSubmit={(e) => { e.preventDefault(); void act(async () => { await post('/v1/customers', { name, ...(email ? { email } : {}) }); setName(''); setEmail(''); await reload(); }); }}>
        <div class="row"><Input label={t.name} value={name} onText={setName} required /><Input label={t.email} type="email" value={email} onText={setEmail} /><button disabled={busy}>{t.save}</button></div>
        <ProblemBox problem={refused} />
      </form>
    </>
  );
}

/// Usage, an adjustment or an opening balance; a negative amount takes.
function NewEntry({ path, currencies, done }: { path: string; currencies: string[]; done: () => Promise<void> }) {
  const [type, setType] = useState('adjustment');
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState(currencies[0] ?? 'USD');
  const [mode, setMode] = useState('test');
  const [reference, setReference] = useState('');
  const [description, setDescription] = useState('');
  const { busy, problem, act } = useAct();
  const save = () => act(async () => { await post(`${path}/entries`, { type, amount, currency, mode, reference, description }); setAmount(''); setReference(''); setDescription(''); await done(); });
  return (
    <details class="card"><summary>{t.newEntry}</summary>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <div class="row"><Select label={t.kind} value={type} options={['adjustment', 'usage', 'opening']} onText={setType} /><Input label={t.amount} help={t.signHint} inputMode="decimal" value={amount} onText={setAmount} required /><Input label={t.currency} value={currency} onText={setCurrency} required pattern="[A-Z]{3}" /><Select label={t.mode} value={mode} options={['test', 'live']} onText={setMode} /></div>
        <div class="row"><Input label={t.reference} value={reference} onText={setReference} required /><Input label={t.description} value={description} onText={setDescription} required /><button disabled={busy}>{t.save}</button></div>
        <ProblemBox problem={problem} />
      </form>
    </details>
  );
}

/// What is known of a person; an emptied field is removed.
function Contacts({ path, customer, done }: { path: string; customer: Customer; done: () => Promise<void> }) {
  const [values, setValues] = useState({ name: customer.name ?? '', email: customer.email ?? '', phone: customer.phone ?? '', paypal_email: customer.paypal_email ?? '' });
  const { busy, problem, act } = useAct();
  const field = (name: keyof typeof values) => ({ value: values[name], onText: (text: string) => setValues({ ...values, [name]: text }) });
  const save = () => act(async () => { await call('PATCH', path, Object.fromEntries(Object.entries(values).map(([name, text]) => [name, text.trim() || null]))); await done(); });
  return (
    <details class="card"><summary>{t.contacts}</summary>
      <form onSubmit={(e) => { e.preventDefault(); void save(); }}>
        <div class="row"><Input label={t.name} {...field('name')} /><Input label={t.email} type="email" {...field('email')} /><Input label={t.phone} type="tel" {...field('phone')} /><Input label={t.paypalEmail} help={t.paypalEmailHint} type="email" {...field('paypal_email')} /><button disabled={busy}>{t.save}</button></div>
        <ProblemBox problem={problem} />
      </form>
    </details>
  );
}

export function OneCustomer({ id }: { id: string }) {
  const path = `/v1/customers/${encodeURIComponent(id)}`;
  const { value, problem, reload } = useLoad(async () => {
    const [customer, balance, ledger, payments] = await Promise.all([get<Customer>(path), get<{ balances: Balance[] }>(`${path}/balance`), get<List<Entry>>(`${path}/ledger`), get<List<Payment>>(`${path}/payments`)]);
    return { customer, balances: balance.balances, entries: ledger.data, payments: payments.data };
  }, [id], 5000);
  const [link, setLink] = useState('');
  const { busy, problem: refused, act } = useAct();
  const [dialog, confirm] = useConfirm();
  if (!value) return <><h1>{t.customers}</h1><ProblemBox problem={problem} /></>;
  const c = value.customer;
  return (
    <>
      <h1>{c.name ?? c.id}</h1>
      <dl class="facts">{[[t.id, c.id], [t.email, c.email], [t.paypalEmail, c.paypal_email], ...value.balances.map((b) => [`${t.balance} ${b.currency} (${b.mode})`, b.balance])].map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text ?? '–'}</dd></div>)}</dl>
      <div class="row">
        <button class="plain" disabled={busy} onClick={() => void act(async () => setLink((await post<{ url: string }>(`${path}/portal-links`)).url))}>{t.portalLink}</button>
        <a class="button plain" href={`${path}/payments.csv`} download>{t.csv}</a>
        <button class="plain" disabled={busy} onClick={() => confirm(t.eraseAsk, () => void act(async () => { await post(`${path}/erase`); await reload(); }))}>{t.erase}</button>
      </div>
      {link && <p class="note"><code>{link}</code> <Copy text={link} /><br />{t.portalLinkHint}</p>}
      <Contacts key={JSON.stringify(c)} path={path} customer={c} done={reload} />
      <ProblemBox problem={refused} />
      <h2>{t.entries}</h2>
      <NewEntry path={path} currencies={value.balances.map((b) => b.currency)} done={reload} />
      <Table rows={value.entries} keyOf={(e) => e.id} columns={[[t.when, (e) => <Time at={e.at} />], [t.what, (e) => e.type], [t.amount, (e) => <Amount of={e.amount} currency={e.currency} />], [t.balance, (e) => <Amount of={e.balance_after} />], [t.reference, (e) => e.payment ? <a href={`#/payments/${e.payment}`}>{e.payment}</a> : e.description ?? '–']]} />
      <h2>{t.payments}</h2>
      <PaymentTable rows={value.payments} />
      {dialog}
    </>
  );
}

interface User { id: string; username: string; role: string | null; customer: string | null; disabled: boolean; last_sign_in_at: string | null }
interface OpenSession { id: string; site: string; username: string | null; customer: string | null; remote_ip: string; seen_at: string; status: string }

export function Users() {
  const { value, problem, reload } = useLoad(() => get<List<User>>('/v1/users'));
  const sessions = useLoad(() => get<List<OpenSession>>('/v1/sessions'), [], 5000);
  const [username, setUsername] = useState('');
  const [role, setRole] = useState('operator');
  const [once, setOnce] = useState('');
  const { busy, problem: refused, act } = useAct();
  const again = async () => { await reload(); await sessions.reload(); };
  return (
    <>
      <h1>{t.users}</h1>
      <ProblemBox problem={problem} />
      {once && <p class="note">{t.oneTime} <code>{once}</code> <Copy text={once} /></p>}
      <Table rows={value?.data ?? []} keyOf={(u) => u.id} columns={[
        [t.username, (u) => u.username], [t.role, (u) => u.role ?? u.customer ?? ''], [t.status, (u) => u.disabled ? t.disabled : ''], [t.lastSignIn, (u) => <Time at={u.last_sign_in_at} />],
        ['', (u) => <><button class="plain" disabled={busy} onClick={() => void act(async () => setOnce((await post<{ one_time_password: string }>(`/v1/users/${u.id}/reset`)).one_time_password))}>{t.reset}</button> <button class="plain" disabled={busy} onClick={() => void act(async () => { await call('PATCH', `/v1/users/${u.id}`, { disabled: !u.disabled }); await again(); })}>{u.disabled ? t.enable : t.disable}</button></>],
      ]} />
      <h2>{t.newUser}</h2>
      <form class="card" onSubmit={(e) => { e.preventDefault(); void act(async () => { setOnce((await post<{ one_time_password: string }>('/v1/users', { username, role })).one_time_password); setUsername(''); await again(); }); }}>
        <div class="row"><Input label={t.username} value={username} onText={setUsername} required /><Select label={t.role} value={role} options={['owner', 'operator', 'finance', 'support']} onText={setRole} /><button disabled={busy}>{t.save}</button></div>
      </form>
      <ProblemBox problem={refused} />
      <h2>{t.sessions}</h2>
      <Table rows={sessions.value?.data ?? []} keyOf={(s) => s.id} columns={[[t.who, (s) => s.username ?? s.customer ?? '–'], ['', (s) => s.site], [t.status, (s) => s.status.replaceAll('_', ' ')], ['IP', (s) => s.remote_ip], [t.when, (s) => <Time at={s.seen_at} />], [' ', (s) => <button class="plain" onClick={() => void act(async () => { await call('DELETE', `/v1/sessions/${s.id}`); await again(); })}>{t.end}</button>]]} />
    </>
  );
}

interface Change { name: string; before: unknown; after: unknown }
const word = (value: unknown) => value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
/// What a save changed, value by value; anything else as it was written down.
function Changes({ detail }: { detail: unknown }) {
  const changes = (detail as { changes?: Change[] } | null)?.changes;
  if (!changes) { const text = JSON.stringify(detail); return text === '{}' ? null : <code>{text.slice(0, 160)}</code>; }
  if (changes.length === 0) return <span class="none">{t.none}</span>;
  return <details><summary>{changes.length} · {changes.slice(0, 3).map((one) => one.name).join(', ')}</summary>{changes.map((one) => <div key={one.name}><code>{one.name}</code>: <del>{word(one.before)}</del> → <ins>{word(one.after)}</ins></div>)}</details>;
}

interface AuditRow { id: string; at: string; actor: string; action: string; object: string; detail: unknown }
export function Audit() {
  const { rows, next, more, problem } = usePages<AuditRow>('/v1/audit?limit=50', []);
  return <><h1>{t.audit}</h1><ProblemBox problem={problem} /><Table rows={rows} keyOf={(r) => r.id} columns={[[t.when, (r) => <Time at={r.at} />], [t.who, (r) => r.actor], [t.what, (r) => r.action], [t.object, (r) => <code>{r.object}</code>], ['', (r) => <Changes detail={r.detail} />]]} />{next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}</>;
}

interface EventRow { id: string; type: string; at: string; sequence: number; mode: string; data: { object: { id?: string; payment?: string } } }
export function Events() {
  const { rows, next, more, problem } = usePages<EventRow>('/v1/events?order=newest&limit=50', []);
  return <><h1>{t.events}</h1><ProblemBox problem={problem} /><Table rows={rows} keyOf={(e) => e.id} columns={[[t.when, (e) => <Time at={e.at} />], ['#', (e) => e.sequence], [t.what, (e) => e.type], [t.mode, (e) => e.mode], [t.object, (e) => <code>{e.data.object.id ?? e.data.object.payment ?? ''}</code>]]} />{next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}</>;
}

interface Verified { rows: number; entries: number; seals: number; head: string; findings: Array<{ what: string; n: number; detail: string }> }

/// Recomputes the journal; with a head noted earlier it also shows that nothing before it was changed.
function VerifyBooks() {
  const [head, setHead] = useState('');
  const [done, setDone] = useState<Verified | null>(null);
  const { busy, problem, act } = useAct();
  const verify = () => act(async () => { setDone(null); setDone(await get<Verified>(`/v1/ledger/verify${head && `?head=${encodeURIComponent(head.trim())}`}`)); });
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void verify(); }}>
      <h2>{t.verify}</h2>
      <div class="row"><Input label={t.notedHead} help={t.notedHeadHint} value={head} onText={setHead} /><button disabled={busy}>{busy ? t.verifying : t.verify}</button></div>
      <ProblemBox problem={problem} />
      {done && <div class={done.findings.length === 0 ? 'fine' : 'problem'} role="status"><strong>{done.findings.length === 0 ? t.verifiedFine(done.rows, done.entries, done.seals) : t.verifiedWrong}</strong>
        <ul>{done.findings.map((one) => <li key={`${one.what} ${one.n}`}><code>{one.what}</code> {one.n}: {one.detail}</li>)}</ul></div>}
    </form>
  );
}

export function Ledger() {
  const { value, problem } = useLoad(() => get<{ head: string; journal_to: number; at: string | null }>('/v1/ledger/head'), [], 5000);
  return <><h1>{t.ledger}</h1><ProblemBox problem={problem} />{value && <div class="card"><h2>{t.head}</h2><p><code>{value.head}</code> <Copy text={value.head} /></p><p>{value.journal_to} {t.entries} · <Time at={value.at} /></p><p class="none">{t.headHint}</p></div>}<VerifyBooks /></>;
}
