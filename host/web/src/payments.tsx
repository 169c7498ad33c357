// Payments, the payment log and what is held; one page for each payment with everything that was said.
import { useState } from 'preact/hooks';
import { type List, type LogRow, type Payment, get, post } from './api';
import { t } from './texts';
import { Amount, Copy, Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

const statuses = ['', 'pending', 'requires_action', 'authorized', 'succeeded', 'partially_refunded', 'refunded', 'held', 'failed', 'cancelled', 'expired'];
const query = (values: Record<string, string>) => new URLSearchParams(Object.entries(values).filter(([, v]) => v)).toString();

/// A list that grows by pages and looks again every few seconds while it shows the newest.
function usePages<T>(path: string, about: unknown[]) {
  const [older, setOlder] = useState<{ about: string; data: T[]; next: string | null } | null>(null);
  const key = JSON.stringify(about);
  const first = useLoad(() => get<List<T>>(path), [path], 4000);
  const mine = older?.about === key ? older : null;
  const next = mine ? mine.next : first.value?.next ?? null;
  const more = async () => {
    const page = await get<List<T>>(`${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next!)}`);
    setOlder({ about: key, data: [...(mine?.data ?? []), ...page.data], next: page.next });
  };
  return { rows: [...(first.value?.data ?? []), ...(mine?.data ?? [])], next, more, problem: first.problem };
}

export function PaymentTable({ rows }: { rows: Payment[] }) {
  return <Table rows={rows} keyOf={(p) => p.id} onOpen={(p) => `#/payments/${p.id}`} columns={[
    [t.when, (p) => <Time at={p.created_at} />], [t.status, (p) => <Status of={p.status} />], [t.total, (p) => <Amount of={p.total} currency={p.currency} />], [t.credited, (p) => <Amount of={p.credited} />],
    [t.integration, (p) => p.integration], [t.customer, (p) => p.customer ? <a href={`#/customers/${p.customer}`}>{p.customer}</a> : '–'], [t.reference, (p) => <code>{p.reference}</code>],
  ]} />;
}

export function Payments({ held = false }: { held?: boolean }) {
  const [status, setStatus] = useState('');
  const [integration, setIntegration] = useState('');
  const [reference, setReference] = useState('');
  const path = `/v1/payments?${query({ status: held ? 'held' : status, integration, reference })}`;
  const { rows, next, more, problem } = usePages<Payment>(path, [path]);
  return (
    <>
      <h1>{held ? t.held : t.payments}</h1>
      {!held && <div class="row"><Select label={t.status} value={status} options={statuses.map((s) => [s, s || t.all])} onText={setStatus} /><Input label={t.integration} value={integration} onText={setIntegration} /><Input label={t.reference} value={reference} onText={setReference} /></div>}
      <ProblemBox problem={problem} />
      <PaymentTable rows={rows} />
      {next && <p><button class="plain" onClick={() => void more()}>{t.more}</button></p>}
    </>
  );
}

export function Log() {
  const { rows, next, more, problem } = usePages<LogRow>('/v1/payment-log?limit=50', []);
  return (
    <>
      <h1>{t.log}</h1>
      <p><a class="button plain" href="/v1/payment-log.csv" download>{t.csv}</a></p>
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
      {payment.status === 'authorized' && <div class="row"><Input label={`${t.capture} (${payment.currency})`} help={t.refundAll} inputMode="decimal" value={amount} onText={setAmount} /><button disabled={busy} onClick={() => go('capture', amount ? { amount } : {})}>{t.capture}</button></div>}
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
