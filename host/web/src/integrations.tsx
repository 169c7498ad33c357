// Integrations: what is installed, what can be, and a form made from the provider's own description.
import { useEffect, useState } from 'preact/hooks';
import { type Integration, type List, Problem, type Provider, type Setting, call, get, post } from './api';
import { t } from './texts';
import { Badge, Copy, Field, Input, Many, Mark, ProblemBox, Select, Status, Time, asProblem, useAct, useConfirm, useLoad } from './ui';

interface Both { providers: Provider[]; installed: Integration[] }
const load = async (): Promise<Both> => {
  const [providers, installed] = await Promise.all([get<{ providers: Provider[] }>('/v1/providers'), get<List<Integration>>('/v1/integrations')]);
  return { providers: providers.providers, installed: installed.data };
};
const fits = (text: string, search: string) => text.toLowerCase().includes(search.toLowerCase());

function SettingField({ spec, value, kept, currencies, set }: { spec: Setting; value: unknown; kept: boolean; currencies: string[]; set: (value: unknown) => void }) {
  const label = spec.label + (spec.required ? ' *' : '');
  const text = typeof value === 'string' ? value : '';
  if (spec.type === 'bool') return <div class="check"><input id={`s-${spec.key}`} type="checkbox" checked={value === undefined ? spec.default === true : value === true} onChange={(e) => set(e.currentTarget.checked)} /><label for={`s-${spec.key}`}>{spec.label}</label></div>;
  if (spec.type === 'enum') return <Select label={label} help={spec.help} value={text || String(spec.default ?? '')} options={spec.values ?? []} onText={set} />;
  if (spec.type === 'multi_enum') {
    const chosen = Array.isArray(value) ? value as string[] : (spec.default as string[] | undefined) ?? [];
    return <Field label={label} help={spec.help}>{(id) => <select id={id} multiple onChange={(e) => set([...e.currentTarget.selectedOptions].map((o) => o.value))}>{(spec.values ?? []).map((v) => <option key={v} selected={chosen.includes(v)}>{v}</option>)}</select>}</Field>;
  }
  if (spec.type === 'currency_set') {
    return <Many label={label} help={spec.help} options={currencies} chosen={Array.isArray(value) ? value as string[] : []} onChange={set} />;
  }
  if (spec.type === 'text_block' || spec.type === 'pem') return <Field label={label} help={spec.help}>{(id) => <textarea id={id} rows={4} value={text} placeholder={kept ? t.secretKept : ''} onInput={(e) => set(e.currentTarget.value)} />}</Field>;
  const wrong = spec.pattern && text && !new RegExp(`^(?:${spec.pattern})$`).test(text) ? spec.pattern : undefined;
  const counted = spec.key === 'akey' ? `${spec.help ?? ''} (${text.length})` : spec.help;
  return <Input label={label} help={counted} error={wrong} type={spec.type === 'secret' ? 'password' : 'text'} autoComplete="off" value={text} placeholder={kept ? t.secretKept : ''} onText={set} />;
}

interface Preview { currency: string; amount: string; total: string }
interface Limit { min?: string; max?: string }
type PerCurrency = Record<string, string>;

/// What a customer would pay, as the host reckons it, a moment after the last key.
function SurchargeExample({ provider, currency, fixed, percent }: { provider: string; currency: string; fixed: string; percent: string }) {
  const [shown, set] = useState<Preview | Problem | null>(null);
  useEffect(() => {
    if (!currency || (!fixed && !percent)) return set(null);
    let wanted = true;
    const timer = setTimeout(() => post<Preview>('/v1/integrations/preview', { provider, currency, surcharge: fixed, surcharge_percent: percent }).then((p) => { if (wanted) set(p); }, (e) => { if (wanted) set(asProblem(e)); }), 200);
    return () => { wanted = false; clearTimeout(timer); };
  }, [provider, currency, fixed, percent]);
  if (!shown) return null;
  return shown instanceof Problem ? <small class="wrong" role="alert">{shown.message}</small> : <p class="note">{t.customerPays(shown.amount, shown.total, shown.currency)}</p>;
}

/// Surcharge and limits stand for each currency by itself: 0.30 dollars are not 0.30 yen.
function PerCurrencyFields({ currencies, fixed, setFixed, limits, setLimits }: { currencies: string[]; fixed: PerCurrency; setFixed: (to: PerCurrency) => void; limits: Record<string, Limit>; setLimits: (to: Record<string, Limit>) => void }) {
  return <>{currencies.map((c) => (
    <div class="row" key={c}>
      <Input label={`${t.surcharge} ${c}`} inputMode="decimal" value={fixed[c] ?? ''} onText={(text) => setFixed({ ...fixed, [c]: text })} />
      <Input label={`${t.least} ${c}`} inputMode="decimal" value={limits[c]?.min ?? ''} onText={(min) => setLimits({ ...limits, [c]: { ...limits[c], min } })} />
      <Input label={`${t.most} ${c}`} inputMode="decimal" value={limits[c]?.max ?? ''} onText={(max) => setLimits({ ...limits, [c]: { ...limits[c], max } })} />
    </div>
  ))}</>;
}

const filled = <T extends object>(of: T) => Object.fromEntries(Object.entries(of).filter(([, v]) => v !== '' && v !== undefined)) as T;
const only = <T,>(of: Record<string, T>, keys: string[]) => Object.fromEntries(Object.entries(of).filter(([key]) => keys.includes(key)));
/// What the form does not show and a save keeps.
const kept = ['enabled', 'fee_wait', 'fee_estimate', 'underpaid', 'overpaid', 'tolerance_percent', 'match_contacts', 'sandbox', 'isolation', 'sha256', 'egress'];

/// `visible_if` of a manifest is "key=value".
function isShown(spec: Setting, provider: Provider, settings: Record<string, unknown>): boolean {
  if (!spec.visible_if) return true;
  const [key, wanted] = spec.visible_if.split('=');
  const value = settings[key ?? ''] ?? provider.settings.find((one) => one.key === key)?.default;
  return String(value ?? '') === wanted;
}

function Form({ provider, one, done, taken }: { provider: Provider; one: Integration | null; done: () => void; taken: string[] }) {
  const free = () => { let id = `${provider.id.replace(/_/g, '-')}-main`; for (let n = 2; taken.includes(id); n++) id = `${provider.id.replace(/_/g, '-')}-${n}`; return id; };
  const [id, setId] = useState(one?.id ?? free());
  const [mode, setMode] = useState(one?.mode ?? 'test');
  const [label, setLabel] = useState(one?.label ?? '');
  const [currencies, setCurrencies] = useState<string[]>(one?.currencies ?? provider.currencies.slice(0, 1));
  const [fixed, setFixed] = useState<PerCurrency>(one?.surcharge ?? {});
  const [limits, setLimits] = useState<Record<string, Limit>>(one?.limits ?? {});
  const [percent, setPercent] = useState(one?.surcharge_percent ?? '');
  const [deduct, setDeduct] = useState(one?.deduct_payment_fees ?? false);
  const masked = (value: unknown) => value === '********';
  const [settings, setSettings] = useState<Record<string, unknown>>(() => Object.fromEntries(Object.entries(one?.settings ?? {}).filter(([, v]) => !masked(v))));
  const { busy, problem, act } = useAct();
  const money = provider.category === 'payment' || provider.category === 'manual';
  const save = () => act(async () => {
    const shown = provider.settings.filter((spec) => isShown(spec, provider, settings)).map((spec) => spec.key);
    const body: Record<string, unknown> = { ...only({ ...one }, kept), id, provider: provider.id, mode, settings: filled(only(settings, shown)) };
    if (label) body.label = label;
    if (money) {
      const ranges = Object.entries(only(limits, currencies)).map(([c, range]) => [c, filled(range)] as const).filter(([, range]) => Object.keys(range).length > 0);
      Object.assign(body, { currencies, deduct_payment_fees: deduct, surcharge: filled(only(fixed, currencies)), limits: Object.fromEntries(ranges) }, percent ? { surcharge_percent: percent } : {});
    }
    await (one ? call('PUT', `/v1/integrations/${id}`, body) : post('/v1/integrations', body));
    done();
  });
  const first = currencies.find((c) => fixed[c]) ?? currencies[0] ?? '';
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <header><Mark name={provider.name} /><div><h2>{provider.name}</h2></div></header>
      <div class="row">
        <Input label={t.id} value={id} onText={setId} required disabled={!!one} pattern="[a-z0-9][a-z0-9\-]*" />
        <Select label={t.mode} value={mode} options={['test', 'live']} onText={setMode} />
        <Input label={t.label} value={label} onText={setLabel} />
      </div>
      {provider.settings.filter((spec) => isShown(spec, provider, settings)).map((spec) => <SettingField key={spec.key} spec={spec} currencies={provider.currencies} value={settings[spec.key]} kept={masked(one?.settings[spec.key])} set={(value) => setSettings({ ...settings, [spec.key]: value })} />)}
      {money && <>
        <Many label={t.currencies} options={provider.currencies} chosen={currencies} onChange={setCurrencies} />
        <PerCurrencyFields currencies={currencies} fixed={fixed} setFixed={setFixed} limits={limits} setLimits={setLimits} />
        <Input label={t.surchargePercent} inputMode="decimal" value={percent} onText={setPercent} />
        <SurchargeExample provider={provider.id} currency={first} fixed={fixed[first] ?? ''} percent={percent} />
        <div class="check"><input id="deduct" type="checkbox" checked={deduct} onChange={(e) => setDeduct(e.currentTarget.checked)} /><label for="deduct">{t.deductFees}</label></div>
      </>}
      <ProblemBox problem={problem} />
      <div class="row"><button disabled={busy}>{t.save}</button><button type="button" class="plain" onClick={done}>{t.cancel}</button></div>
    </form>
  );
}

/// How many payments nobody would ask about any more.
async function openPayments(id: string): Promise<number> {
  const lists = await Promise.all(['pending', 'requires_action', 'authorized'].map((status) => get<List<unknown>>(`/v1/payments?limit=200&integration=${id}&status=${status}`).catch(() => ({ data: [] }))));
  return lists.reduce((sum, list) => sum + list.data.length, 0);
}

interface Tested { ok: boolean; details: Array<string | { check: string; ok: boolean; message: string }> }
function Result({ tested }: { tested: Tested }) {
  return (
    <div class={tested.ok ? 'fine' : 'problem'} role="status">
      <strong>{tested.ok ? t.testFine : t.testWrong}</strong>
      <ul>{tested.details.map((one, n) => <li key={n}>{typeof one === 'string' ? one : `${one.ok ? '✓' : '✗'} ${one.message}`}</li>)}</ul>
    </div>
  );
}

function Installed({ one, provider, edit, reload }: { one: Integration; provider?: Provider; edit: () => void; reload: () => Promise<void> }) {
  const [tested, setTested] = useState<Tested | null>(null);
  const [consent, setConsent] = useState('');
  const connects = provider?.operations.includes('connect.start/1') && one.settings.auth_type !== 'custom_connection';
  const { busy, problem, act } = useAct();
  const [dialog, confirm] = useConfirm();
  const url = `/v1/integrations/${one.id}`;
  return (
    <article class="card" id={`i-${one.id}`}>
      <header><Mark name={provider?.name ?? one.provider} /><div><h3>{one.label || one.id}</h3><small>{provider?.name ?? one.provider}{one.label ? ` · ${one.id}` : ''}</small></div></header>
      <p><Status of={one.mode} /> {one.emulated && <Badge kind="s-emulated">{t.emulated}</Badge>} {!one.enabled && <Badge kind="">{t.off}</Badge>} {!one.available && <Badge kind="s-unavailable">{t.unavailable}</Badge>} {one.runs_in === 'worker' && <Badge kind="">{t.inWorker}</Badge>} {one.health === 'failing' && <Badge kind="s-failed">{t.failing}</Badge>} {(one.currencies ?? []).slice(0, 6).join(' ')}</p>
      {one.failing && <p>{t.failingSince(one.failing.host)} <Time at={one.failing.since} /></p>}
      {one.unavailable && <p>{one.unavailable}</p>}
      {one.source === 'file' && <p>{one.declared_at ? t.inFileAt(one.declared_at) : t.inFile}</p>}
      {one.webhook_url && <details><summary>{t.webhookUrl}</summary><p><code>{one.webhook_url}</code></p>{provider?.webhook_setup && <p>{t.setUp}: {provider.webhook_setup}</p>}<div class="row"><Copy text={one.webhook_url} /><button class="plain" disabled={busy} onClick={() => void act(async () => { await post(`${url}/rotate-hook`); await reload(); })}>{t.rotate}</button></div></details>}
      {tested && <Result tested={tested} />}
      {consent && <p class="note"><a href={consent} target="_blank" rel="noreferrer">{t.openConsent(provider?.name ?? one.provider)}</a><br />{t.consentHint}</p>}
      <ProblemBox problem={problem} />
      <div class="row">
        <button class="plain" disabled={busy} onClick={() => void act(async () => setTested(await post<Tested>(`${url}/test`)))}>{t.test}</button>
        {connects && <button class="plain" disabled={busy} onClick={() => void act(async () => setConsent((await get<{ url: string }>(`${url}/connect`)).url))}>{t.connect}</button>}
        <button class="plain" disabled={busy} onClick={() => void act(async () => { await post(`${url}/${one.enabled ? 'disable' : 'enable'}`); await reload(); })}>{one.enabled ? t.disable : t.enable}</button>
        {one.source !== 'file' && <><button class="plain" onClick={edit}>{t.edit}</button><button class="plain" onClick={() => void act(async () => { const open = await openPayments(one.id); confirm(t.deleteOpen(one.id, open), () => void act(async () => { await call('DELETE', url); await reload(); })); })}>{t.remove}</button></>}
      </div>
      {dialog}
    </article>
  );
}

export function Integrations() {
  const { value, problem, reload } = useLoad(load);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<{ provider: Provider; one: Integration | null } | null>(null);
  if (!value) return <><h1>{t.integrations}</h1><ProblemBox problem={problem} /></>;
  const named = (id: string) => value.providers.find((one) => one.id === id);
  if (open) return <><h1>{t.integrations}</h1><Form provider={open.provider} one={open.one} taken={value.installed.map((one) => one.id)} done={() => { setOpen(null); void reload(); }} /></>;
  const installed = value.installed.filter((one) => fits(`${one.id} ${one.label ?? ''} ${one.provider}`, search));
  return (
    <>
      <h1>{t.integrations}</h1>
      <Input label={t.search} type="search" value={search} onText={setSearch} />
      <h2>{t.installed} ({value.installed.length})</h2>
      {value.installed.length === 0 && <p>{t.noIntegrations}</p>}
      <div class="cards">{installed.map((one) => <Installed key={one.id} one={one} provider={named(one.provider)} reload={reload} edit={() => setOpen({ provider: named(one.provider)!, one })} />)}</div>
      <h2>{t.available} ({value.providers.length})</h2>
      <div class="cards">
        {value.providers.filter((one) => fits(`${one.name} ${one.category}`, search)).map((one) => (
          <article class="card" key={one.id}>
            <header><Mark name={one.name} /><div><h3>{one.name}</h3><small>{one.category.replace('_', ' ')} · {one.version}</small></div><button onClick={() => setOpen({ provider: one, one: null })} aria-label={`${t.install} ${one.name}`}>{t.install}</button></header>
          </article>
        ))}
      </div>
    </>
  );
}
