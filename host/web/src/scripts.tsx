// Scripts: saved in versions, and run to see what they do.
import { useState } from 'preact/hooks';
import { type List, Problem, call, get, post } from './api';
import { withOperation } from './books';
import { t } from './texts';
import { Badge, Field, Input, ProblemBox, Select, Status, Table, Time, useAct, useConfirm, useLoad } from './ui';

interface Saved { name: string; version: number; actor: string; updated_at: string; bytes: number }
interface Ran { status: string; result?: unknown; error?: { code: number; message: string; stack: string }; console: Array<{ level: string; text: string }> }

function Editor({ name, source, done }: { name: string; source: string; done: () => Promise<void> }) {
  const [called, setCalled] = useState(name);
  const [text, setText] = useState(source);
  const { busy, problem, act } = useAct();
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void act(async () => { await call('PUT', `/v1/scripts/${called}`, { source: text }); await done(); }); }}>
      <Input label={t.name} value={called} onText={setCalled} required disabled={!!name} pattern="[a-z0-9][a-z0-9_\-]*" />
      <Field label={t.source}>{(id) => <textarea id={id} rows={18} spellcheck={false} style={{ fontFamily: 'ui-monospace, monospace' }} value={text} onInput={(e) => setText(e.currentTarget.value)} />}</Field>
      <ProblemBox problem={problem} />
      <div class="row"><button disabled={busy}>{t.save}</button><button type="button" class="plain" onClick={() => void done()}>{t.cancel}</button></div>
    </form>
  );
}

function Runner({ ids }: { ids: string[] }) {
  const [integration, setIntegration] = useState(ids[0]!);
  const [name, setName] = useState('main');
  const [data, setData] = useState('{}');
  const [ran, setRan] = useState<Ran | null>(null);
  const { busy, problem, act } = useAct();
  const run = () => act(async () => {
    let value: unknown;
    try { value = JSON.parse(data); } catch { throw new Problem(0, 'bad_json', t.badJson); }
    setRan(null);
    setRan(await post<Ran>(`/v1/scripts/${integration}/run`, { function: name, data: value }));
  });
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void run(); }}>
      <h2>{t.run}</h2>
      <div class="row"><Select label={t.integration} value={integration} options={ids} onText={setIntegration} /><Input label={t.functionName} value={name} onText={setName} required /></div>
      <Field label={t.data}>{(id) => <textarea id={id} rows={3} spellcheck={false} style={{ fontFamily: 'ui-monospace, monospace' }} value={data} onInput={(e) => setData(e.currentTarget.value)} />}</Field>
      <ProblemBox problem={problem} />
      <div class="row"><button disabled={busy}>{t.run}</button></div>
      {ran && <div role="status"><h3>{t.result} <Status of={ran.status} /></h3>{ran.error ? <p class="problem">{ran.error.code} {ran.error.message}</p> : <pre>{JSON.stringify(ran.result, null, 2)}</pre>}
        {ran.console.length > 0 && <><h3>{t.console}</h3><pre>{ran.console.map((line) => `${line.level}: ${line.text}`).join('\n')}</pre></>}</div>}
    </form>
  );
}

export function Scripts() {
  const { value, problem, reload } = useLoad(async () => {
    const [saved, able] = await Promise.all([get<List<Saved>>('/v1/scripts'), withOperation('script.run/1').catch(() => [])]);
    return { saved: saved.data, ids: able.map((one) => one.id) };
  });
  const [open, setOpen] = useState<{ name: string; source: string } | null>(null);
  const { busy, problem: refused, act } = useAct();
  const [dialog, confirm] = useConfirm();
  if (!value) return <><h1>{t.scripts}</h1><ProblemBox problem={problem} /></>;
  if (open) return <><h1>{t.scripts}</h1><Editor {...open} done={async () => { setOpen(null); await reload(); }} /></>;
  return (
    <>
      <h1>{t.scripts}</h1>
      <div class="row"><button onClick={() => setOpen({ name: '', source: 'export async function main(data) {\n  return data;\n}\n' })}>{t.newScript}</button></div>
      <Table rows={value.saved} keyOf={(s) => s.name} columns={[
        [t.name, (s) => <code>{s.name}</code>], [t.version, (s) => <Badge kind="">{s.version}</Badge>], [t.who, (s) => s.actor], [t.when, (s) => <Time at={s.updated_at} />],
        ['', (s) => <><button class="plain" disabled={busy} onClick={() => void act(async () => setOpen(await get<{ name: string; source: string }>(`/v1/scripts/${s.name}`)))}>{t.edit}</button> <button class="plain" disabled={busy} onClick={() => confirm(t.deleteScript(s.name), () => void act(async () => { await call('DELETE', `/v1/scripts/${s.name}`); await reload(); }))}>{t.remove}</button></>],
      ]} />
      <ProblemBox problem={refused} />
      {value.ids.length ? <Runner ids={value.ids} /> : <p class="none">{t.noDrivers}</p>}
      {dialog}
    </>
  );
}
