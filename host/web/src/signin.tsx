// Signing in: password, a new password, the second factor, an authenticator app.
import { useEffect, useState } from 'preact/hooks';
import { type Session, call, get, post } from './api';
import { t } from './texts';
import { Input, ProblemBox, Qr, asProblem, useAct } from './ui';

type Set = (session: Session | null) => void;

function Password({ site, set }: { site: string; set: Set }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { busy, problem, act } = useAct();
  return (
    <form class="narrow" onSubmit={(e) => { e.preventDefault(); void act(async () => set(await post<Session>('/v1/sessions', { site, username, password }))); }}>
      <h1>{site === 'panel' ? t.panel : t.portal}</h1>
      <Input label={t.username} autoComplete="username" value={username} onText={setUsername} required autoFocus />
      <Input label={t.password} type="password" autoComplete="current-password" value={password} onText={setPassword} required />
      <ProblemBox problem={problem} />
      <button class="wide" disabled={busy}>{t.signIn}</button>
    </form>
  );
}

export function NewPassword({ set }: { set: Set }) {
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const { busy, problem, act } = useAct();
  return (
    <form class="narrow" onSubmit={(e) => { e.preventDefault(); void act(async () => set(await post<Session>('/v1/sessions/current/password', { current, new: fresh }))); }}>
      <h1>{t.changePassword}</h1>
      <Input label={t.currentPassword} type="password" autoComplete="current-password" value={current} onText={setCurrent} required />
      <Input label={t.newPassword} help={t.changePasswordHint} type="password" autoComplete="new-password" value={fresh} onText={setFresh} required minLength={10} />
      <ProblemBox problem={problem} />
      <button class="wide" disabled={busy}>{t.save}</button>
    </form>
  );
}

function SecondFactor({ session, set, site }: { session: Session; set: Set; site: string }) {
  const [code, setCode] = useState('');
  const { busy, problem, act } = useAct();
  const challenge = session.challenge;
  const own = session.second_factor?.integration === 'totp';
  const waits = challenge?.status === 'waiting' && challenge.factor !== 'passcode';
  useEffect(() => {
    if (challenge?.status !== 'waiting') return;
    let alive = true;
    const poll = async () => {
      while (alive) {
        try {
          const now = await get<Session>(`/v1/sessions/current?site=${site}&wait=20`);
          if (!alive) return;
          if (now.status !== 'second_factor_required' || now.challenge?.status !== 'waiting') return set(now);
        } catch { await new Promise((then) => setTimeout(then, 2000)); }
      }
    };
    void poll();
    return () => { alive = false; };
  }, [challenge?.id, challenge?.status]);
  const ask = (body: object) => act(async () => {
    const next = await post<Session>(`/v1/sessions/current/second-factor?site=${site}`, body);
    if (next.challenge?.next_action?.type === 'redirect' && next.challenge.status === 'waiting') location.assign(next.challenge.next_action.url);
    else set(next);
  });
  return (
    <form class="narrow" onSubmit={(e) => { e.preventDefault(); void ask({ factor: own ? 'totp' : 'passcode', passcode: code }); }}>
      <h1>{t.secondFactor}</h1>
      {!own && <button type="button" class="wide" disabled={busy || waits} onClick={() => void ask({ factor: 'auto' })}>{t.push}</button>}
      {waits && <p class="note" role="status">{t.waitingForPhone}{challenge?.verification_code && <><br />{t.typeIntoPhone} <span class="big">{challenge.verification_code}</span></>}</p>}
      {challenge && !waits && challenge.status !== 'waiting' && <p class="problem" role="alert">{t.denied} <code>{challenge.reason ?? challenge.status}</code></p>}
      {challenge?.status === 'requires_enrollment' && challenge.next_action && <p><a href={challenge.next_action.url} rel="noreferrer">{t.enroll}</a></p>}
      <Input label={t.code} help={own ? t.codeHint : undefined} inputMode="text" autoComplete="one-time-code" value={code} onText={setCode} required autoFocus={own} />
      <ProblemBox problem={problem} />
      <button class={own ? 'wide' : 'wide plain'} disabled={busy}>{own ? t.signIn : t.sendCode}</button>
    </form>
  );
}

/// Sets an authenticator app up for whoever is signed in; `narrow` while they cannot do anything else.
export function Enroll({ set, site }: { set: Set; site: string }) {
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const [code, setCode] = useState('');
  const { busy, problem, act } = useAct();
  useEffect(() => { void act(async () => setBegun(await post(`/v1/sessions/current/totp?site=${site}`))); }, []);
  const finish = () => act(async () => set(await get<Session>(`/v1/sessions/current?site=${site}`)));
  if (codes.length > 0) {
    return <div class="narrow"><h1>{t.recovery}</h1><p>{t.recoveryHint}</p><div class="codes">{codes.map((one) => <div key={one}>{one}</div>)}</div><p><button class="wide" onClick={() => void finish()}>{t.goOn}</button></p></div>;
  }
  return (
    <form class="narrow" onSubmit={(e) => { e.preventDefault(); void act(async () => setCodes((await post<{ recovery_codes: string[] }>(`/v1/sessions/current/totp/confirm?site=${site}`, { passcode: code })).recovery_codes)); }}>
      <h1>{t.enroll}</h1><p>{t.enrollHint}</p>
      {begun && <><Qr text={begun.uri} /><code>{begun.secret}</code></>}
      <Input label={t.code} inputMode="numeric" autoComplete="one-time-code" value={code} onText={setCode} required />
      <ProblemBox problem={problem} />
      <button class="wide" disabled={busy || !begun}>{t.confirm}</button>
    </form>
  );
}

/// The session of this browser; `undefined` while nobody knows.
export function useSession(site: string): [Session | null | undefined, Set] {
  const [session, set] = useState<Session | null | undefined>(undefined);
  useEffect(() => { get<Session>(`/v1/sessions/current?site=${site}`).then(set, (error) => { asProblem(error); set(null); }); }, []);
  return [session, set];
}

export function SignIn({ site, session, set }: { site: string; session: Session | null; set: Set }) {
  if (!session) return <main tabIndex={-1}><Password site={site} set={set} /></main>;
  const part = session.status === 'password_change_required' ? <NewPassword set={set} /> : session.status === 'enrollment_required' ? <Enroll set={set} site={site} /> : <SecondFactor session={session} set={set} site={site} />;
  return <main tabIndex={-1}>{part}</main>;
}

export const signOut = (site: string) => call('DELETE', `/v1/sessions/current?site=${site}`);
