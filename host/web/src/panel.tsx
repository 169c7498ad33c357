import { type ComponentChildren, render } from 'preact';
import { useEffect } from 'preact/hooks';
import { type Session, setCsrf, whenSignedOut } from './api';
import { SecondFactors, Tokens } from './access';
import { Account } from './account';
import { Books } from './books';
import { Dashboard } from './dashboard';
import { Integrations } from './integrations';
import { Numbers } from './numbers';
import { Log, OnePayment, Payments } from './payments';
import { Audit, Customers, Events, Ledger, OneCustomer, Users } from './people';
import { Scripts } from './scripts';
import { SignIn, signOut, useSession } from './signin';
import './style.css';
import { t } from './texts';
import { Webhooks } from './webhooks';
import { useRoute } from './ui';

/// Path, text, the scope that shows it.
const pages: Array<[string, string, string]> = [
  ['', t.dashboard, 'payments'], ['integrations', t.integrations, 'integrations'], ['payments', t.payments, 'payments'], ['log', t.log, 'payments'], ['held', t.held, 'payments'],
  ['customers', t.customers, 'customers'], ['ledger', t.ledger, 'ledger'], ['books', t.books, 'accounting'], ['numbers', t.numbers, 'numbers'], ['scripts', t.scripts, 'scripts'], ['events', t.events, 'events'], ['webhooks', t.webhooks, 'events'], ['audit', t.audit, 'audit'], ['second-factors', t.secondFactors, 'second_factor'], ['tokens', t.tokens, 'admin'], ['users', t.users, 'admin'],
];
const may = (session: Session, scope: string) => session.scopes.includes('*') || session.scopes.includes(scope) || session.reads.includes(scope);

function page([name = '', id]: string[]): ComponentChildren {
  if (name === 'integrations') return <Integrations />;
  if (name === 'payments') return id ? <OnePayment id={id} /> : <Payments />;
  if (name === 'log') return <Log />;
  if (name === 'held') return <Payments held key="held" />;
  if (name === 'customers') return id ? <OneCustomer id={id} /> : <Customers />;
  if (name === 'ledger') return <Ledger />;
  if (name === 'books') return <Books />;
  if (name === 'numbers') return <Numbers />;
  if (name === 'scripts') return <Scripts />;
  if (name === 'events') return <Events />;
  if (name === 'webhooks') return <Webhooks />;
  if (name === 'audit') return <Audit />;
  if (name === 'users') return <Users />;
  if (name === 'tokens') return <Tokens />;
  if (name === 'second-factors') return <SecondFactors />;
  return <Dashboard />;
}

function Panel() {
  const [session, set] = useSession('panel');
  const [route] = useRoute();
  useEffect(() => { whenSignedOut(() => { setCsrf(''); set(null); }); }, []);
  const title = route[0] === 'account' ? t.account : pages.find(([path]) => path === (route[0] ?? ''))?.[1] ?? t.panel;
  useEffect(() => { document.title = `${title} · ${t.panel}`; }, [title]);
  if (session === undefined) return null;
  if (!session || session.status !== 'active') return <SignIn site="panel" session={session} set={set} />;
  return (
    <div class="shell">
      <nav aria-label={t.panel}>
        <strong>{t.panel}</strong>
        {pages.filter(([, , scope]) => may(session, scope)).map(([path, text]) => <a key={path} href={`#/${path}`} aria-current={(route[0] ?? '') === path ? 'page' : undefined}>{text}</a>)}
        <div class="who"><a href="#/account">{session.username} · {session.role}</a><br /><a href="#/" onClick={(e) => { e.preventDefault(); void signOut('panel').finally(() => { setCsrf(''); set(null); }); }}>{t.signOut}</a></div>
      </nav>
      <main tabIndex={-1}>{route[0] === 'account' ? <Account session={session} site="panel" set={set} /> : page(route)}</main>
    </div>
  );
}

render(<Panel />, document.getElementById('app')!);
