// Payments, the payment log and what is held; one page for each payment with everything that was said.
import { useEffect, useState } from 'preact/hooks';
import { type List, type LogRow, type Payment, get, post } from './api';
import { t } from './texts';
import { Amount, Copy, Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

const statuses = ['', 'pending', 'requires_action', 'authorized', 'succeeded', 'partially_refunded', 'refunded', 'held', 'failed', 'cancelled', 'expired'];
const query = (values: Record<string, string>) => new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString();

/// A list that grows by pages and looks again every few seconds.  What was loaded stays below what is new; when more came
/// than one page holds, the older pages are let go: a list never has a hole.
export function usePages<T extends { id: string }>(path: string, about: unknown[]) {
  const [loaded, setLoaded] = useState<{ about: string; data: T[]; next: string | null } | null>(null);
  const key = JSON.stringify(about);
  const first = useLoad(() => get<List<T>>(path), [path], 4000);
  const fresh = first.value?.data ?? [];
  const ids = new Set(fresh.map((one) => one.id));
  const joined = loaded?.about === key && loaded.data.some((one) => ids.has(one.id)) ? loaded : null;
  const rows = joined ? [...fresh, ...joined.data.filter((one) => !ids.has(one.id))] : fresh;
  const next = joined ? joined.next : first.value?.next ?? null;
  const more = async () => {
    const page = await get<List<T>>(`${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next!)}`);
    setLoaded({ about: key, data: [...rows, ...page.data], next: page.next });
  };
  return { rows, next, more, problem: first.problem, reload: first.reload };
}

export function PaymentTable({ rows }: { rows: Payment[] }) {
  return <Table rows={rows} keyOf={(p) => p.id} onOpen={(p) => `#/payments/${p.id}`} columns={[
    [t.when, (p) => <Time at={p.created_at} />], [t.status, (p) => <Status of={p.status} />], [t.total, (p) => <Amount of={p.total} currency={p.currency} />], [t.credited, (p) => <Amount of={p.credited} />],
    [t.integration, (p) => p.integration], [t.customer, (p) => p.customer ? <a href={`#/customers/${p.customer}`}>{p.customer}</a> : '–'], [t.reference, (p) => <code>{p.reference}</code>],
  ]} />;
}

/// Text that others wait for: it is taken over when nothing was typed for a moment.
function useSettled(text: string): string {
  const [settled, set] = useState(text);
  useEffect(() => { const timer = setTimeout(() => set(text), 250); return () => clearTimeout(timer); }, [text]);
  return settled;
}

/// Filters of a list, all of them in the address of the API: what is seen is what the CSV holds.
function useFilters(names: string[]) {
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(names.map((name) => [name, ''])));
  const asked = useSettled(query(values));
  return { values, asked, set: (name: string) => (text: string) => setValues({ ...values, [name]: text }) };
}
const Days = ({ values, set }: { values: Record<string, string>; set: (name: string) => (text: string) => void }) => (
  <><Input label={t.from} type="date" value={values.from ?? ''} onText={set('from')} /><Input label={t.through} type="date" value={values.to ?? ''} onText={set('to')} /></>
);

export function Payments({ held = false }: { held?: boolean }) {
  const { values, asked, set } = useFilters(['q', 'status', 'integration', 'from', 'to']);
  const all = [held ? 'status=held' : '', asked].filter(Boolean).join('&');
  const { rows, next, more, problem } = usePages<Payment>(`/v1/payments?${all}`, [all]);
  return (
    <>
      <h1>{held ? t.held : t.payments}</h1>
      {!held && <div class="row"><Input label={t.searchPayments} type="search" value={values.q} onText={set('q')} /><Select label={t.status} value={values.status ?? ''} options={statuses.map((s) => [s, s || t.all])} onText={set('status')} /><Input label={t.integration} value={values.integration} onText={set('integration')} /><Days values={values} set={set} /><a class="button plain" href={`/v1/payments.csv?${all}`} download>{t.csv}</a></div>}
      <ProblemBox problem={problem} />
      <PaymentTable rows={rows} />
      {next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}
    </>
  );
}

export function Log() {
  const { values, asked, set } = useFilters(['kind', 'integration', 'payment', 'customer', 'from', 'to']);
  const { rows, next, more, problem } = usePages<LogRow>(`/v1/payment-log?limit=50${asked && `&${asked}`}`, [asked]);
  return (
    <>
      <h1>{t.log}</h1>
      <div class="row"><Select label={t.what} value={values.kind ?? ''} options={['', 'payment', 'refund', 'notification', 'refusal'].map((s) => [s, s || t.all])} onText={set('kind')} /><Input label={t.integration} value={values.integration} onText={set('integration')} /><Input label={t.payment} value={values.payment} onText={set('payment')} /><Input label={t.customer} value={values.customer} onText={set('customer')} /><Days values={values} set={set} /><a class="button plain" href={`/v1/payment-log.csv?${asked}`} download>{t.csv}</a></div>
      <ProblemBox problem={problem} />
      <Table rows={rows} keyOf={(r) => r.id} columns={[
        [t.when, (r) => <Time at={r.at} />], [t.what, (r) => `${r.kind}${r.event_type ? ` · ${r.event_type}` : ''}`], [t.status, (r) => <Status of={r.status} />], [t.amount, (r) => <Amount of={r.amount} currency={r.currency} />],
        [t.payment, (r) => r.payment ? <a href={`#/payments/${r.payment}`} title={r.payment}>…{r.payment.slice(-8)}</a> : '–'], [t.integration, (r) => r.integration], [t.customer, (r) => r.customer ?? '–'], [t.reason, (r) => r.reason ?? ''],
      ]} />
      {next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}
    </>
  );
}

interface Line { label: string; method: string; url: string; status: number; duration_ms: number; sent: string; request?: { head: string; body: string }; response?: { head: string; body: string } }
interface Happened { at: string; kind: string; op?: string; data?: Record<string, unknown> | null; transcript?: Line[] | null }

const quoted = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;
const curl = (line: Line) => [`curl -X ${line.method} ${quoted(line.url)}`, ...(line.request?.head ?? '').split('\n').filter(Boolean).map((h) => `-H ${quoted(h)}`), ...(line.request?.body ? [`--data-raw ${quoted(line.request.body)}`] : [])].join(' \\\n  ');

function Said({ lines }: { lines: Line[] }) {
  return <>{lines.map((line, n) => (
    <details key={n}>
      <summary><code>{line.method} {line.url.slice(0, 90)}</code> → {line.status || line.sent} · {line.duration_ms} ms</summary>
      <pre>{line.request?.head}{'\n'}{line.request?.body}</pre><pre>{line.response?.head}{'\n'}{line.response?.body}</pre>
      <Copy text={curl(line)}>{t.copyCurl}</Copy>
    </details>
  ))}</>;
}

function words(one: Happened): string {
  const d = one.data ?? {};
  return [one.op ?? '', d.status, d.reason, d.cause, d.actor].filter(Boolean).join(' · ');
}

function Acts({ payment, reload }: { payment: Payment; reload: () => Promise<void> }) {
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [customer, setCustomer] = useState('');
  const [dialog, confirm] = useConfirm();
  const { busy, problem, act } = useAct();
  const url = `/v1/payments/${payment.id}`;
  const go = (what: string, body: object = {}) => void act(async () => { await post(`${url}/${what}`, body); setAmount(''); await reload(); });
  const open = payment.status === 'pending' || payment.status === 'requires_action' || payment.status === 'authorized';
  const refundable = (payment.status === 'succeeded' || payment.status === 'partially_refunded') && payment.refunded !== payment.captured;
  const manual = open && payment.next_action?.type === 'instructions';
  return (
    <div class="card">
      {refundable && <div class="row"><Input label={`${t.refund} (${payment.currency})`} help={t.refundAll} inputMode="decimal" value={amount} onText={setAmount} /><Input label={t.reason} value={reason} onText={setReason} />
        <button class="danger" disabled={busy} onClick={() => confirm(t.refundAsk(`${amount || payment.captured} ${payment.currency}`), () => go('refunds', { ...(amount ? { amount } : {}), ...(reason ? { reason } : {}) }))}>{t.refund}</button></div>}
      {payment.status === 'authorized' && <div class="row"><Input label={`${t.capture} (${payment.currency})`} help={t.refundAll} inputMode="decimal" value={amount} onText={setAmount} /><button disabled={busy} onClick={() => confirm(t.captureAsk(`${amount || payment.total} ${payment.currency}`), () => go('capture', amount ? { amount } : {}))}>{t.capture}</button></div>}
      {payment.status === 'held' && <><div class="row"><Input label={t.assign} value={customer} onText={setCustomer} /><button disabled={busy || !customer} onClick={() => go('assign', { customer })}>{t.assign}</button></div>
        <div class="row"><Input label={t.reason} value={reason} onText={setReason} /><button disabled={busy || !reason} onClick={() => confirm(t.releaseAsk, () => go('release', { reason }))}>{t.release}</button><button class="danger" disabled={busy || !reason} onClick={() => confirm(t.rejectAsk, () => go('reject', { reason }))}>{t.reject}</button></div></>}
      {manual && <div class="row"><Input label={t.received} inputMode="decimal" value={amount} onText={setAmount} /><Input label={t.reference} value={reason} onText={setReason} /><button disabled={busy || !amount || !reason} onClick={() => go('complete', { received: amount, reference: reason })}>{t.complete}</button></div>}
      <ProblemBox problem={problem} />
      <div class="row"><button class="plain" disabled={busy} onClick={() => go('refresh')}>{t.refresh}</button>{open && <button class="plain" disabled={busy} onClick={() => confirm(t.cancelAsk, () => go('cancel'))}>{t.cancel}</button>}</div>
      {dialog}
    </div>
  );
}

export function OnePayment({ id }: { id: string }) {
  const { value, problem, reload } = useLoad(async () => {
    const [payment, timeline] = await Promise.all([get<Payment>(`/v1/payments/${id}`), get<List<Happened>>(`/v1/payments/${id}/timeline`)]);
    return { payment, timeline: timeline.data };
  }, [id], 4000);
  if (!value) return <><h1>{t.payments}</h1><ProblemBox problem={problem} /></>;
  const p = value.payment;
  const facts: Array<[string, string | null]> = [[t.amount, p.amount], [t.surcharge, p.surcharge], [t.total, p.total], [t.captured, p.captured], [t.fee, p.fee ?? p.fee_status], [t.credited, p.credited], [t.refunded, p.refunded], [t.integration, p.integration], [t.customer, p.customer], [t.reference, p.reference]];
  return (
    <>
      <h1>{p.total} {p.currency} <Status of={p.status} /> <Status of={p.mode} /></h1>
      <p class="note"><strong>{t.why}:</strong> {(p.reason && t.reasons[p.reason]) ?? t.statuses[p.status] ?? p.status} {p.reason && <code>{p.reason}</code>}</p>
      <dl class="facts">{facts.map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text ?? '–'}</dd></div>)}</dl>
      <h2>{t.acts}</h2>
      <Acts payment={p} reload={reload} />
      <h2>{t.timeline}</h2>
      <ol class="timeline">{value.timeline.map((one, n) => <li key={n}><Time at={one.at} /> <strong>{one.kind}</strong> {words(one)}{one.transcript && <Said lines={one.transcript} />}</li>)}</ol>
    </>
  );
}
