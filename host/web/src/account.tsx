// One's own account: the password, and an authenticator app as a second factor.
import { useState } from 'preact/hooks';
import type { Session } from './api';
import { Enroll, NewPassword } from './signin';
import { t } from './texts';

export function Account({ session, site, set }: { session: Session; site: string; set: (session: Session | null) => void }) {
  const [open, setOpen] = useState<'' | 'password' | 'app'>('');
  const done = (fresh: Session | null) => { setOpen(''); set(fresh); };
  if (open === 'password') return <NewPassword set={done} />;
  if (open === 'app') return <Enroll set={done} site={site} />;
  return (
    <>
      <h1>{t.account}</h1>
      <dl class="facts">{[[t.username, session.username], [t.role, session.role], [t.customer, session.customer]].filter(([, text]) => text).map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
      {session.username ? <div class="row"><button class="plain" onClick={() => setOpen('password')}>{t.changePassword}</button><button class="plain" onClick={() => setOpen('app')}>{t.enroll}</button></div> : <p class="none">{t.linkAccount}</p>}
      <p class="none">{t.factorHint}</p>
    </>
  );
}
