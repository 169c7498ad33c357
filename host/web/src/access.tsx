// API tokens, and second factors of people that programs ask for.
import { useState } from 'preact/hooks';
import { type Challenge, type List, call, get, post } from './api';
import { withOperation } from './books';
import { t } from './texts';
import { Copy, Field, Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

const scopes = ['payments', 'customers', 'ledger', 'refunds', 'operations', 'integrations', 'events', 'second_factor', 'accounting', 'numbers', 'scripts', 'adjustments', 'audit', 'admin'];
interface Token { name: string; scopes: string[]; modes: string[]; created_at: string; expires_at: string | null; last_used_at: string | null; revoked_at: string | null }

export function Tokens() {
  const { value, problem, reload } = useLoad(() => get<List<Token>>('/v1/tokens'));
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(['payments']);
  const [mode, setMode] = useState('test');
  const [once, setOnce] = useState('');
  const { busy, problem: refused, act } = useAct();
  const [dialog, confirm] = useConfirm();
  return (
    <>
      <h1>{t.tokens}</h1>
      <ProblemBox problem={problem} />
      {once && <p class="note" role="status">{t.tokenOnce} <code>{once}</code> <Copy text={once} /></p>}
      <Table rows={value?.data ?? []} keyOf={(one) => one.name} columns={[
        [t.name, (one) => one.name], [t.scopes, (one) => one.scopes.join(', ')], [t.mode, (one) => one.modes.join(', ')], [t.lastUse, (one) => <Time at={one.last_used_at} />], [t.until, (one) => <Time at={one.expires_at} />],
        ['', (one) => one.revoked_at ? t.revoked : <button class="plain" disabled={busy} onClick={() => confirm(t.revokeAsk(one.name), () => void act(async () => { await call('DELETE', `/v1/tokens/${encodeURIComponent(one.name)}`); await reload(); }))}>{t.revoke}</button>],
      ]} />
      <h2>{t.newToken}</h2>
      <form class="card" onSubmit={(e) => { e.preventDefault(); void act(async () => { setOnce((await post<{ token: string }>('/v1/tokens', { name, scopes: chosen, modes: [mode] })).token); setName(''); await reload(); }); }}>
        <div class="row"><Input label={t.name} value={name} onText={setName} required /><Select label={t.mode} value={mode} options={['test', 'live']} onText={setMode} /></div>
        <Field label={t.scopes}>{(id) => <select id={id} multiple onChange={(e) => setChosen([...e.currentTarget.selectedOptions].map((o) => o.value))}>{scopes.map((s) => <option key={s} selected={chosen.includes(s)}>{s}</option>)}</select>}</Field>
        <button disabled={busy || chosen.length === 0}>{t.save}</button>
      </form>
      <ProblemBox problem={refused} />
      {dialog}
    </>
  );
}

interface Device { id: string; name: string; type: string; factors: string[] }
interface Enrollment { uri?: string; secret?: string; activation_url?: string; activation_barcode?: string; user_id?: string }

export function SecondFactors() {
  const { value, problem } = useLoad(() => withOperation('twofactor.preauth/1'));
  const [integration, setIntegration] = useState('');
  const [username, setUsername] = useState('');
  const [devices, setDevices] = useState<Device[] | null>(null);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [enrollment, setEnrollment] = useState<Enrollment | null>(null);
  const { busy, problem: refused, act } = useAct();
  if (!value) return <><h1>{t.secondFactors}</h1><ProblemBox problem={problem} /></>;
  const chosen = integration || value[0]?.id || '';
  const push = () => act(async () => {
    let now = await post<Challenge>('/v1/2fa/challenges', { integration: chosen, username, factor: 'push' });
    setChallenge(now);
    for (let tries = 0; tries < 4 && now.status === 'waiting'; tries++) setChallenge(now = await get<Challenge>(`/v1/2fa/challenges/${now.id}?wait=20`));
  });
  if (value.length === 0) return <><h1>{t.secondFactors}</h1><p class="none">{t.noFactors}</p></>;
  return (
    <>
      <h1>{t.secondFactors}</h1>
      <form class="row" onSubmit={(e) => { e.preventDefault(); setChallenge(null); setEnrollment(null); void act(async () => setDevices((await get<{ devices: Device[] }>(`/v1/2fa/devices?${new URLSearchParams({ integration: chosen, username })}`)).devices)); }}>
        <Select label={t.integration} value={chosen} options={value.map((one) => one.id)} onText={setIntegration} /><Input label={t.username} value={username} onText={setUsername} required /><button disabled={busy}>{t.showDevices}</button>
      </form>
      <ProblemBox problem={refused} />
      {devices && <>
        <Table rows={devices} keyOf={(d) => d.id} columns={[[t.name, (d) => d.name || d.id], [t.kind, (d) => d.type], [t.factors, (d) => d.factors.join(', ')]]} />
        <div class="row"><button class="plain" disabled={busy} onClick={() => void push()}>{t.testPush}</button><button class="plain" disabled={busy} onClick={() => void act(async () => setEnrollment(await post<Enrollment>('/v1/2fa/enrollments', { integration: chosen, username })))}>{t.enrollDevice}</button></div>
      </>}
      {challenge && <p class="note" role="status"><Status of={challenge.status} /> {challenge.reason ?? ''} {challenge.verification_code && <>{t.typeIntoPhone} <strong>{challenge.verification_code}</strong></>}</p>}
      {enrollment && <p class="note" role="status">{t.enrollSend} <code>{enrollment.activation_url ?? enrollment.uri ?? enrollment.secret}</code> <Copy text={enrollment.activation_url ?? enrollment.uri ?? enrollment.secret ?? ''} /></p>}
    </>
  );
}
