// Webhook endpoints: where events are sent, what was sent, and sending it again.
import { useState } from 'preact/hooks';
import { type List, call, get, post } from './api';
import { t } from './texts';
import { Copy, Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

interface Endpoint { id: string; url: string; mode: string; types: string[]; description: string; enabled: boolean; disabled_reason: string | null; failing_since: string | null; pending: number; given_up: number; secret?: string }
interface Attempt { at: string; status: number; error: string; answer: string; duration_ms: number }
interface Delivery { id: string; event: string; type: string; sequence: number; status: string; attempts: number; next_at: string | null; resent: boolean; log: Attempt[] }

const at = (id: string, rest = '') => `/v1/webhook-endpoints/${id}${rest}`;
const lastOf = (row: Delivery) => row.log[row.log.length - 1];
const words = (attempt: Attempt | undefined) => !attempt ? '' : attempt.status ? `HTTP ${attempt.status}${attempt.answer ? `: ${attempt.answer}` : ''}` : attempt.error;

function Deliveries({ of }: { of: Endpoint }) {
  const [status, setStatus] = useState('');
  const { value, problem, reload } = useLoad(() => get<List<Delivery>>(at(of.id, `/deliveries?limit=50${status && `&status=${status}`}`)), [of.id, status], 3000);
  const { busy, problem: refused, act } = useAct();
  return (
    <section>
      <h2>{t.deliveries}: {of.url}</h2>
      <Select label={t.status} value={status} options={[['', t.all], 'pending', 'delivered', ['given_up', 'given up']]} onText={setStatus} />
      <ProblemBox problem={problem ?? refused} />
      <Table rows={value?.data ?? []} keyOf={(row) => row.id} columns={[
        ['#', (row) => row.sequence], [t.what, (row) => row.type], [t.status, (row) => <Status of={row.status} />], [t.attempts, (row) => row.attempts],
        [t.when, (row) => <Time at={lastOf(row)?.at ?? null} />], [t.answered, (row) => words(lastOf(row))], [t.nextTry, (row) => <Time at={row.next_at} />],
        ['', (row) => <button class="plain" disabled={busy} onClick={() => void act(async () => { await post(at(of.id, '/resend'), { event: row.event }); await reload(); })}>{t.resend}</button>],
      ]} />
    </section>
  );
}

function NewEndpoint({ made }: { made: (secret: string) => Promise<void> }) {
  const [url, setUrl] = useState('');
  const [mode, setMode] = useState('test');
  const [types, setTypes] = useState('');
  const { busy, problem, act } = useAct();
  const save = () => act(async () => {
    const endpoint = await post<Endpoint>('/v1/webhook-endpoints', { url, mode, types: types.split(/[\s,]+/).filter(Boolean) });
    setUrl('');
    await made(endpoint.secret ?? '');
  });
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <h2>{t.newEndpoint}</h2>
      <Input label={t.address} type="url" value={url} onText={setUrl} placeholder="https://billing.example/turnpike" required />
      <div class="row"><Select label={t.mode} value={mode} options={['test', 'live']} onText={setMode} /><Input label={t.eventTypes} help={t.eventTypesHint} value={types} onText={setTypes} /></div>
      <ProblemBox problem={problem} />
      <button disabled={busy}>{t.save}</button>
    </form>
  );
}

export function Webhooks() {
  const { value, problem, reload } = useLoad(() => get<List<Endpoint>>('/v1/webhook-endpoints'), [], 5000);
  const [open, setOpen] = useState('');
  const [secret, setSecret] = useState('');
  const { busy, problem: refused, act } = useAct();
  const [dialog, confirm] = useConfirm();
  const then = (what: () => Promise<unknown>) => void act(async () => { await what(); await reload(); });
  const shown = value?.data.find((one) => one.id === open);
  return (
    <>
      <h1>{t.webhooks}</h1>
      <ProblemBox problem={problem ?? refused} />
      {secret && <p class="note" role="status">{t.secretOnce} <code>{secret}</code> <Copy text={secret} /></p>}
      <Table rows={value?.data ?? []} keyOf={(one) => one.id} columns={[
        [t.address, (one) => <a href="#/webhooks" onClick={(e) => { e.preventDefault(); setOpen(one.id); }}>{one.url}</a>], [t.mode, (one) => <Status of={one.mode} />], [t.eventTypes, (one) => one.types.join(' ') || t.all],
        [t.status, (one) => !one.enabled ? <><Status of="disabled" /> {one.disabled_reason}</> : one.failing_since ? <><Status of="failing" /> <Time at={one.failing_since} /></> : <Status of="enabled" />],
        [t.waiting, (one) => one.pending],
        [t.acts, (one) => <div class="row">
          <button class="plain" disabled={busy} onClick={() => then(() => call('PATCH', at(one.id), { enabled: !one.enabled }))}>{one.enabled ? t.disable : t.enable}</button>
          <button class="plain" disabled={busy} onClick={() => then(async () => setSecret((await post<Endpoint>(at(one.id, '/rotate-secret'))).secret ?? ''))}>{t.newSecret}</button>
          <button class="plain" disabled={busy} onClick={() => confirm(t.endpointDeleteAsk(one.url), () => then(() => call('DELETE', at(one.id))))}>{t.remove}</button>
        </div>],
      ]} />
      {shown && <Deliveries of={shown} key={shown.id} />}
      <NewEndpoint made={async (fresh) => { setSecret(fresh); await reload(); }} />
      {dialog}
    </>
  );
}
