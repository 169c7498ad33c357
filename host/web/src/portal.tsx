import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Balance, type List, type NextAction, type Payment, type Session, get, post, setCsrf, whenSignedOut } from './api';
import { Account } from './account';
import { SignIn, signOut, useSession } from './signin';
import './style.css';
import { t } from './texts';
import { Amount, Copy, Input, ProblemBox, Qr, Select, Status, Table, Time, useAct, useLoad, useRoute } from './ui';

interface Me { customer: string; name: string | null; balances: Balance[] }
interface Way { id: string; label: string; provider: string; mode: string; currencies: string[] }
interface Quote { id: string; amount: string; surcharge: string; total: string }

/// A signed link is spent by a button, so that no mail scanner spends it.
function Link({ token, set }: { token: string; set: (session: Session) => void }) {
  const { busy, problem, act } = useAct();
  return <main tabIndex={-1}><div class="narrow"><h1>{t.portal}</h1><ProblemBox problem={problem} /><button class="wide" disabled={busy} onClick={() => void act(async () => { const session = await post<Session>('/v1/sessions/link', { token }); history.replaceState(null, '', '/portal'); set(session); })}>{t.openAccount}</button></div></main>;
}

function Next({ action }: { action: NextAction }) {
  if ((action.type === 'redirect' || action.type === 'page') && action.url) return <p><a class="button" href={action.url} rel="noreferrer">{t.payNow}</a></p>;
  if (action.type === 'crypto' && action.address) {
    return <div><p>{t.sendExactly}</p><p class="big">{action.amount} {action.asset}</p><Qr text={action.address} /><p>{t.to} <code>{action.address}</code> <Copy text={action.address} /></p>
      {action.memo && <p>{t.memo}: <code>{action.memo}</code> <Copy text={action.memo} /></p>}{action.network && <p>{t.network}: {action.network}</p>}{action.valid_until && <p>{t.until} <Time at={action.valid_until} /> (<Left until={action.valid_until} />)</p>}</div>;
  }
  if (action.type === 'qr' && action.payload) return <div><p>{t.scanToPay}</p><Qr text={action.payload} /></div>;
  if (action.type === 'instructions') return <div><p style={{ whiteSpace: 'pre-wrap' }}>{action.text}</p>{action.reference && <p>{t.withReference} <strong>{action.reference}</strong> <Copy text={action.reference} /></p>}</div>;
  return null;
}

/// Counts down to the end of an offer.
function Left({ until }: { until: string }) {
  const [now, set] = useState(Date.now());
  useEffect(() => { const timer = setInterval(() => set(Date.now()), 1000); return () => clearInterval(timer); }, []);
  const s = Math.max(0, Math.floor((Date.parse(until) - now) / 1000));
  return <span class="amount" role="timer">{Math.floor(s / 60)}:{String(s % 60).padStart(2, '0')}</span>;
}

function OnePayment({ id }: { id: string }) {
  const { value: p, problem } = useLoad(() => get<Payment>(`/v1/portal/payments/${id}`), [id], 2000);
  if (!p) return <ProblemBox problem={problem} />;
  const waits = p.status === 'pending' || p.status === 'requires_action' || p.status === 'authorized';
  return (
    <div class="card">
      <h1>{p.total} {p.currency} <Status of={p.status} /></h1>
      {p.status === 'succeeded' && <p class="fine" role="status">{t.thanks}</p>}
      {waits && p.next_action && <Next action={p.next_action} />}
      {waits && <p class="note" role="status">{t.pendingHint}</p>}
      {!waits && p.status !== 'succeeded' && <p class="note">{t.statuses[p.status] ?? p.status}</p>}
      <dl class="facts">{[[t.amount, p.amount], [t.surcharge, p.surcharge], [t.total, p.total], [t.credited, p.credited], [t.refunded, p.refunded], [t.reference, p.reference], [t.created, new Date(p.created_at).toLocaleString()]].map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
      <div class="row"><a class="button plain" href="#/">{t.backToAccount}</a><button class="plain" onClick={() => print()}>{t.print}</button></div>
    </div>
  );
}

function Pay({ ways }: { ways: Way[] }) {
  const currencies = [...new Set(ways.flatMap((w) => w.currencies))].sort();
  const [currency, setCurrency] = useState(currencies.includes('USD') ? 'USD' : currencies[0] ?? '');
  const fitting = ways.filter((w) => w.currencies.includes(currency));
  const [way, setWay] = useState('');
  const chosen = fitting.find((w) => w.id === way)?.id ?? fitting[0]?.id ?? '';
  const [amount, setAmount] = useState('');
  const [quote, setQuote] = useState<Quote | null>(null);
  const { busy, problem, act } = useAct();
  useEffect(() => setQuote(null), [currency, chosen, amount]);
  const pay = () => act(async () => {
    const made = await post<Payment>('/v1/portal/payments', { integration: chosen, currency, amount, quote: quote!.id });
    if (made.next_action?.url && ['redirect', 'page', 'client_token'].includes(made.next_action.type)) location.assign(made.next_action.url);
    else location.hash = `/payments/${made.id}`;
  });
  return (
    <form class="card" onSubmit={(e) => { e.preventDefault(); void act(async () => setQuote(await post<Quote>('/v1/portal/quotes', { integration: chosen, currency, amount }))); }}>
      <h2>{t.pay}</h2>
      <div class="row"><Input label={t.amount} inputMode="decimal" value={amount} onText={setAmount} required /><Select label={t.currency} value={currency} options={currencies} onText={setCurrency} />
        <Select label={t.payWith} value={chosen} options={fitting.map((w) => [w.id, `${w.label}${w.mode === 'test' ? ' (test)' : ''}`])} onText={setWay} /></div>
      {quote ? <p class="note">{t.youPay} <strong>{quote.total} {currency}</strong>{quote.surcharge !== '0.00' && quote.surcharge !== '0' && <> ({t.ofThat} {quote.surcharge} {t.surcharge.toLowerCase()})</>}</p> : null}
      <ProblemBox problem={problem} />
      {quote ? <button type="button" class="wide" disabled={busy} onClick={() => void pay()}>{t.payNow}</button> : <button class="wide" disabled={busy || !chosen}>{t.quote}</button>}
    </form>
  );
}

function Home() {
  const { value, problem } = useLoad(async () => {
    const [me, ways, payments] = await Promise.all([get<Me>('/v1/portal/me'), get<List<Way>>('/v1/portal/ways'), get<List<Payment>>('/v1/portal/payments')]);
    return { me, ways: ways.data, payments: payments.data };
  }, [], 5000);
  if (!value) return <ProblemBox problem={problem} />;
  return (
    <>
      <h1>{value.me.name ?? t.portal}</h1>
      <dl class="facts">{value.me.balances.length === 0 ? <div><dt>{t.balance}</dt><dd>{t.noBalance}</dd></div> : value.me.balances.map((b) => <div key={b.currency + b.mode}><dt>{t.balance}{b.mode === 'test' ? ' (test)' : ''}</dt><dd class="big">{b.balance} {b.currency}</dd></div>)}</dl>
      <Pay ways={value.ways} />
      <h2>{t.history} <a class="button plain" href="/v1/portal/payments.csv" download>{t.csv}</a></h2>
      <Table rows={value.payments} keyOf={(p) => p.id} onOpen={(p) => `#/payments/${p.id}`} columns={[[t.when, (p) => <Time at={p.created_at} />], [t.status, (p) => <Status of={p.status} />], [t.total, (p) => <Amount of={p.total} currency={p.currency} />], [t.credited, (p) => <Amount of={p.credited} />], [t.reference, (p) => <code>{p.reference}</code>]]} />
    </>
  );
}

interface Brand { name?: string; accent?: string; support_url?: string }
/// The operator's name and colour; the colour is set on the document, so the policy needs no inline style.
function useBrand(): Brand {
  const [brand, set] = useState<Brand>({});
  useEffect(() => { get<Brand>('/v1/portal/brand').then((found) => { set(found); if (found.accent) paint(found.accent); }, () => undefined); }, []);
  useEffect(() => { document.title = brand.name ?? t.portal; }, [brand.name]);
  return brand;
}
/// Ink on the colour is black or white, whichever is easier to read (WCAG's relative luminance).
function paint(accent: string) {
  const [r, g, b] = [1, 3, 5].map((at) => { const c = parseInt(accent.slice(at, at + 2), 16) / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }) as [number, number, number];
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  document.documentElement.style.setProperty('--button', accent);
  document.documentElement.style.setProperty('--button-ink', light > 0.179 ? '#000' : '#fff');
}

function Portal() {
  const brand = useBrand();
  const [session, set] = useSession('portal');
  const [route] = useRoute();
  useEffect(() => { whenSignedOut(() => { setCsrf(''); set(null); }); }, []);
  useEffect(() => {
    // Where a provider sends the payer back to: /portal?payment=pay_...
    const back = new URLSearchParams(location.search).get('payment');
    if (back) { history.replaceState(null, '', `/portal#/payments/${encodeURIComponent(back)}`); dispatchEvent(new HashChangeEvent('hashchange')); }
  }, []);
  if (session === undefined) return null;
  if (location.pathname === '/portal/link' && location.hash.length > 20) return <Link token={location.hash.slice(1)} set={set} />;
  if (!session || session.status !== 'active') return <SignIn site="portal" session={session} set={set} />;
  return (
    <>
      <div class="top"><strong><a href="#/">{brand.name ?? t.portal}</a></strong><span>{brand.support_url && <a href={brand.support_url} rel="noreferrer">{t.help}</a>} <a href="#/account">{t.account}</a></span><button class="plain" onClick={() => void signOut('portal').finally(() => { setCsrf(''); set(null); })}>{t.signOut}</button></div>
      <main tabIndex={-1} class="portal">{route[0] === 'payments' && route[1] ? <OnePayment id={route[1]} /> : route[0] === 'account' ? <Account session={session} site="portal" set={set} /> : <Home />}</main>
    </>
  );
}

render(<Portal />, document.getElementById('app')!);
