// The small set of parts that all pages are made of.
import { type ComponentChildren, type JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import qrcode from 'qrcode-generator';
import { Problem } from './api';
import { t } from './texts';

export function useRoute(): [string[], (path: string) => void] {
  const read = () => location.hash.replace(/^#\/?/, '').split('?')[0]!.split('/').map(decodeURIComponent).filter(Boolean);
  const [route, set] = useState(read);
  useEffect(() => {
    const changed = () => { set(read()); document.querySelector('main')?.focus(); };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return [route, (path) => { location.hash = '/' + path; }];
}

export interface Loaded<T> { value: T | null; problem: Problem | null; reload: () => Promise<void> }
/// Loads now, and again every `every_ms` while the page is looked at.
export function useLoad<T>(load: () => Promise<T>, about: unknown[] = [], every_ms = 0): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const alive = useRef(0);
  const reload = useCallback(async () => {
    const mine = alive.current;
    try {
      const fresh = await load();
      if (mine !== alive.current) return;
      setValue(fresh);
      setProblem(null);
    } catch (error) {
      if (mine === alive.current) setProblem(asProblem(error));
    }
  }, about);
  useEffect(() => {
    void reload();
    const timer = every_ms ? setInterval(() => { if (!document.hidden) void reload(); }, every_ms) : 0;
    return () => { alive.current++; clearInterval(timer); };
  }, [reload]);
  return { value, problem, reload };
}

export const asProblem = (error: unknown) => error instanceof Problem ? error : new Problem(0, 'unreachable', String(error));

/// Something that is done by a button: busy while it lasts, its problem kept.
export function useAct(): { busy: boolean; problem: Problem | null; act: (what: () => Promise<unknown>) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try { await what(); } catch (error) { setProblem(asProblem(error)); }
    setBusy(false);
  };
  return { busy, problem, act };
}

export function ProblemBox({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  return (
    <div class="problem" role="alert">
      <strong>{problem.message}</strong> <code>{problem.code}</code>
      {problem.provider && <div>{problem.provider}</div>}
      {problem.errors.length > 1 && <ul>{problem.errors.map((one) => <li key={one.pointer}>{one.pointer.slice(1)}: {one.detail}</li>)}</ul>}
      {problem.retryAfter > 0 && <div>{t.tryAgain}: {problem.retryAfter} s</div>}
    </div>
  );
}

export const Badge = ({ kind, children }: { kind: string; children: ComponentChildren }) => <span class={`badge ${kind}`}>{children}</span>;
export const Status = ({ of }: { of: string }) => <Badge kind={`s-${of}`}>{of.replaceAll('_', ' ')}</Badge>;
export const Time = ({ at }: { at: string | null }) => at ? <time dateTime={at} title={at}>{new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })}</time> : <span>–</span>;
export const Amount = ({ of, currency }: { of: string | null; currency?: string | null }) => <span class="amount">{of ?? '–'}{of && currency ? ` ${currency}` : ''}</span>;

export function Field({ label, help, error, children }: { label: string; help?: string; error?: string; children: (id: string) => ComponentChildren }) {
  const id = useRef(`f${Math.random().toString(36).slice(2)}`).current;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {help && <small>{help}</small>}
      {error && <small class="wrong" role="alert">{error}</small>}
    </div>
  );
}
interface InputProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'label'> { label: string; help?: string; error?: string; onText?: (text: string) => void }
export const Input = ({ label, help, error, onText, ...rest }: InputProps) => (
  <Field label={label} help={help} error={error}>{(id) => <input id={id} autoComplete="off" {...rest} onInput={(e) => onText?.(e.currentTarget.value)} />}</Field>
);
export const Select = ({ label, help, value, options, onText }: { label: string; help?: string; value: string; options: Array<string | [string, string]>; onText: (text: string) => void }) => (
  <Field label={label} help={help}>{(id) => (
    <select id={id} value={value} onChange={(e) => onText(e.currentTarget.value)}>
      {options.map((one) => { const [v, words] = typeof one === 'string' ? [one, one] : one; return <option key={v} value={v}>{words}</option>; })}
    </select>
  )}</Field>
);

/// Many of a long list: a search narrows it, what is chosen stays chosen.
export function Many({ label, help, options, chosen, onChange }: { label: string; help?: string; options: string[]; chosen: string[]; onChange: (chosen: string[]) => void }) {
  const [search, setSearch] = useState('');
  const shown = options.filter((one) => one.toLowerCase().includes(search.toLowerCase()));
  const change = (selected: string[]) => onChange(options.filter((one) => shown.includes(one) ? selected.includes(one) : chosen.includes(one)));
  return (
    <>
      {options.length > 12 && <Input label={t.searchCurrencies} type="search" value={search} onText={setSearch} />}
      <Field label={label} help={`${help ? `${help} ` : ''}${chosen.length} ${t.chosen}${chosen.length ? `: ${chosen.join(' ')}` : ''}`}>{(id) => <select id={id} multiple onChange={(e) => change([...e.currentTarget.selectedOptions].map((o) => o.value))}>{shown.map((c) => <option key={c} selected={chosen.includes(c)}>{c}</option>)}</select>}</Field>
    </>
  );
}

export function Table<T>({ rows, columns, onOpen, keyOf }: { rows: T[]; columns: Array<[string, (row: T) => ComponentChildren]>; onOpen?: (row: T) => string; keyOf: (row: T) => string }) {
  if (rows.length === 0) return <p class="none">{t.none}</p>;
  return (
    <div class="table" tabIndex={0} role="region" aria-label={columns.map(([name]) => name).join(', ')}>
      <table>
        <thead><tr>{columns.map(([name]) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(([name, cell], place) => <td key={name} data-name={name}>{place === 0 && onOpen ? <a href={onOpen(row)}>{cell(row)}</a> : cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/// Asks before something that cannot be taken back.
export function useConfirm(): [ComponentChildren, (question: string, then: () => void) => void] {
  const [open, set] = useState<{ question: string; then: () => void } | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { if (open) dialog.current?.showModal(); }, [open]);
  const shown = open && (
    <dialog ref={dialog} onClose={() => set(null)} aria-label={open.question}>
      <p>{open.question}</p>
      <div class="row">
        <button class="danger" onClick={() => { const { then } = open; set(null); then(); }}>{t.confirm}</button>
        <button class="plain" onClick={() => set(null)}>{t.cancel}</button>
      </div>
    </dialog>
  );
  return [shown, (question, then) => set({ question, then })];
}

export function Copy({ text, children = t.copy }: { text: string; children?: ComponentChildren }) {
  const [done, set] = useState(false);
  return <button class="plain" type="button" onClick={async () => { await navigator.clipboard.writeText(text); set(true); setTimeout(() => set(false), 1500); }}>{done ? t.copied : children}</button>;
}

export function Qr({ text }: { text: string }) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const n = code.getModuleCount();
  let path = '';
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  return <svg class="qr" viewBox={`0 0 ${n + 8} ${n + 8}`} role="img" aria-label={text}><rect width="100%" height="100%" fill="#fff" /><path d={path} fill="#000" /></svg>;
}

/// Two letters and a colour that follow from the name: no mark of anybody's is copied.
export function Mark({ name }: { name: string }) {
  const letters = name.split(/[\s-]+/).map((word) => word[0]).join('').slice(0, 2).toUpperCase();
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)!) % 360;
  return <svg class="mark" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="9" fill={`hsl(${hue} 55% 38%)`} /><text x="20" y="26" text-anchor="middle" font-size="16" font-weight="600" fill="#fff">{letters}</text></svg>;
}
