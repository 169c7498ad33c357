// The control panel and the portal as people use them, in Debian's Chromium.
import assert from 'node:assert/strict';
import { run } from '../contract/harness.mjs';
import { findings, newPage, oneTimePassword, picture, signIn, start, totp } from './browser.mjs';

const { system, browser, stop } = await start();
const panel = await newPage(browser);
await signIn(panel, system, 'admin', oneTimePassword(system));
await panel.getByRole('heading', { name: 'Overview' }).waitFor();
await system.api('POST', '/v1/customers', { id: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' });

const go = async (page, name) => { await page.getByRole('navigation').getByRole('link', { name, exact: true }).click(); await page.getByRole('heading', { level: 1, name }).waitFor(); };
async function portalOf(customer, options) {
  const page = await newPage(browser, options);
  await page.goto((await system.api('POST', `/v1/customers/${customer}/portal-links`, {})).url);
  await page.getByRole('button', { name: 'Open my account' }).click();
  await page.getByRole('heading', { name: 'Make payment' }).waitFor();
  return page;
}
const fine = (page) => assert.deepEqual(page.faults, []);

await run({
  async an_integration_is_installed_from_its_form_tested_and_removed() {
    await go(panel, 'Integrations');
    await picture(panel, 'integrations');
    await panel.getByRole('button', { name: 'Install Stripe' }).click();
    await panel.getByLabel('Id', { exact: true }).fill('shop');
    await panel.getByLabel('Public Key').fill('pk_test_turnpike');
    await panel.getByLabel('Private Key *').fill('sk_test_wrong');
    await panel.getByLabel('Currencies', { exact: true }).selectOption(['USD', 'EUR']);
    await panel.getByLabel('Surcharge USD').fill('0.30');
    await panel.getByLabel('Surcharge %').fill('2.9');
    await panel.getByText('For a credit of 10.00 the customer pays 10.59 USD.').waitFor();
    await panel.getByLabel('Surcharge USD').fill('0.305');
    await panel.getByRole('alert').getByText(/decimals/).waitFor();
    await panel.getByLabel('Surcharge USD').fill('0.30');
    await panel.getByLabel('Surcharge EUR').fill('0.25');
    await panel.getByLabel('Most EUR').fill('900.00');
    await panel.getByText('For a credit of 10.00 the customer pays 10.54 EUR.').waitFor();
    await panel.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded();
    await picture(panel, 'integration-form');
    await panel.getByRole('button', { name: 'Save' }).click();
    const card = panel.locator('#i-shop');
    await card.getByRole('button', { name: 'Test connection' }).click();
    await card.getByText('This does not work yet:').waitFor();
    await card.getByRole('button', { name: 'Edit' }).click();
    assert.equal(await panel.getByLabel('Private Key *').inputValue(), '', 'a secret never comes back');
    assert.deepEqual(await Promise.all(['Surcharge USD', 'Surcharge EUR', 'Most EUR'].map((label) => panel.getByLabel(label).inputValue())), ['0.30', '0.25', '900.00']);
    await panel.getByLabel('Private Key *').fill('sk_test_turnpike');
    await panel.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('button', { name: 'Test connection' }).click();
    await card.getByText('Everything works.').waitFor();
    await card.getByText('Webhook or IPN address').click();
    assert.match(await card.locator('code').innerText(), /\/hooks\/shop\//);
    await card.getByRole('button', { name: 'Disable' }).click();
    await card.getByText('off', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Delete' }).click();
    await panel.getByRole('dialog').getByText('No payment is open.').waitFor();
    await panel.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await card.waitFor({ state: 'detached' });
    await go(panel, 'Audit');
    await panel.getByText(/settings\.private_key/).first().click();
    assert.ok(!(await panel.content()).includes('sk_test_turnpike'), 'the audit names a secret and never shows it');
    await go(panel, 'Integrations');
    const declared = panel.locator('#i-stripe-main');
    assert.equal(await declared.getByRole('button', { name: 'Delete' }).count(), 0, 'what a file declares is changed there');
    fine(panel);
  },
  async an_edit_keeps_what_the_form_does_not_show() {
    const before = await system.api('POST', '/v1/integrations', { id: 'kept', provider: 'stripe', mode: 'test', currencies: ['USD', 'EUR'], underpaid: 'credit', tolerance_percent: '1.5', fee_wait: true, limits: { EUR: { min: '5.00' } }, settings: { private_key: 'sk_test_turnpike' } });
    await go(panel, 'Overview');
    await go(panel, 'Integrations');
    await panel.locator('#i-kept').getByRole('button', { name: 'Edit' }).click();
    await panel.getByLabel('Label').fill('Shop');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.locator('#i-kept').getByRole('heading', { name: 'Shop' }).waitFor();
    const { label, ...after } = await system.api('GET', '/v1/integrations/kept');
    assert.equal(label, 'Shop');
    assert.deepEqual(after, before);
    await system.api('DELETE', '/v1/integrations/kept');
    fine(panel);
  },
  async a_customer_pays_in_the_portal_and_the_panel_shows_it_and_refunds() {
    const portal = await portalOf('ada');
    await go(panel, 'Payment log');
    await portal.getByLabel('Amount').fill('10.00');
    await portal.getByLabel('Pay with').selectOption('stripe-main');
    await portal.getByRole('button', { name: 'Show the total' }).click();
    await portal.getByText('You pay 10.59 USD').waitFor();
    await picture(portal, 'portal-quote');
    await portal.getByRole('button', { name: 'Pay', exact: true }).click();
    await portal.waitForURL(/checkout\.stripe\.com/);
    await portal.getByRole('button', { name: 'Pay' }).click();
    await portal.waitForURL(/\/portal/);
    await portal.getByText('Thank you. The money has arrived.').waitFor();
    await picture(portal, 'portal-paid');
    await portal.getByRole('link', { name: 'Back to the account' }).click();
    await portal.getByText('10.00 USD').waitFor();
    fine(portal);
    await panel.getByRole('row', { name: /succeeded.*10\.59 USD/ }).first().waitFor();  // nobody touched the page: it looked by itself
    await panel.getByLabel('What', { exact: true }).selectOption('refusal');
    await panel.getByText('Nothing here.').waitFor();
    await go(panel, 'Payments');
    await panel.getByRole('row', { name: /succeeded.*10\.59 USD/ }).getByRole('link').first().click();
    await panel.getByText('The money has arrived.').waitFor();
    await panel.getByText('POST https://api.stripe.com/v1/checkout/sessions').click();
    await panel.getByText('client_reference_id=').first().waitFor();
    assert.ok(!(await panel.content()).includes('sk_test_turnpike'), 'no secret reaches a page');
    await picture(panel, 'payment');
    await panel.getByLabel('Refund (USD)').fill('4.00');
    await panel.getByRole('button', { name: 'Refund' }).click();
    await panel.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await panel.locator('dl.facts div', { hasText: 'Refunded' }).getByText('4.00').waitFor();
    await go(panel, 'Payment log');
    await panel.getByText('checkout.session.completed').first().waitFor();
    await picture(panel, 'log');
    fine(panel);
    await portal.context().close();
  },
  async every_way_to_pay_is_paid_to_the_end_on_its_own_page() {
    const portal = await portalOf('ada');
    const { data } = await portal.evaluate(async () => (await fetch('/v1/portal/ways')).json());
    const tried = [];
    for (const way of data) {
      await portal.goto(`${system.url}/portal`);
      await portal.getByRole('heading', { name: 'Make payment' }).waitFor();
      await portal.getByLabel('Currency').selectOption(way.currencies[0]);
      await portal.getByLabel('Pay with').selectOption(way.id);
      const amount = ['JPY', 'KRW', 'CLP', 'VND'].includes(way.currencies[0]) ? '5000' : '250.00';
      await portal.getByLabel('Amount').fill(amount);
      await portal.getByRole('button', { name: 'Show the total' }).click();
      await portal.getByText('You pay').waitFor();
      const before = portal.url();
      await portal.getByRole('button', { name: 'Pay', exact: true }).click();
      await portal.waitForURL((url) => String(url) !== before);
      const [made] = (await system.api('GET', '/v1/payments?limit=1')).data;
      assert.equal(made.integration, way.id);
      if (portal.url().includes('/portal#/payments/')) {
        // Money on a bank account: somebody in the panel says that it is there.
        await portal.getByText(made.reference).first().waitFor();
        await panel.goto(`${system.url}/panel#/payments/${made.id}`);
        await panel.getByLabel('Received amount').fill(made.total);
        await panel.getByLabel('Reference', { exact: true }).fill('statement 1');
        await panel.getByRole('button', { name: 'Complete' }).click();
      } else {
        await portal.getByRole('button', { name: 'Pay', exact: true }).click();
        // Most pages send the payer home; coins are sent from elsewhere, and their page stays.
        if (way.provider !== 'nowpayments') await portal.waitForURL((url) => url.pathname === '/portal');
        await portal.waitForLoadState('networkidle');
      }
      const done = await system.until(async () => {
        const now = await system.api('GET', `/v1/payments/${made.id}`);
        return ['succeeded', 'authorized'].includes(now.status) && now;
      });
      assert.equal(done.status, way.id === 'moneris-later' ? 'authorized' : 'succeeded', way.id);
      tried.push(`${way.provider}`);
    }
    const providers = new Set(tried);
    for (const provider of ['stripe', 'razorpay', 'paystack', 'paymongo', 'nowpayments', 'paypal_express', 'moneris', 'emetec', 'bank_transfer', 'xero', 'scriptforge']) assert.ok(providers.has(provider), `${provider} is not among ${[...providers]}`);
    await portal.context().close();
  },
  async a_long_list_of_currencies_is_searched_and_keeps_what_was_chosen() {
    await go(panel, 'Integrations');
    await panel.getByRole('button', { name: 'Install Stripe' }).click();
    const list = panel.getByLabel('Currencies', { exact: true });
    await list.selectOption(['USD']);
    await panel.getByLabel('Search currencies').fill('nz');
    assert.deepEqual(await list.locator('option').allInnerTexts(), ['NZD']);
    await list.selectOption(['NZD']);
    await panel.getByText('2 chosen: NZD USD').or(panel.getByText('2 chosen: USD NZD')).waitFor();
    await panel.getByRole('button', { name: 'Cancel' }).click();
  },
  async a_token_is_made_shown_once_used_and_revoked() {
    await go(panel, 'API tokens');
    await panel.getByLabel('Name', { exact: true }).fill('billing');
    await panel.getByLabel('Scopes', { exact: true }).selectOption(['customers']);
    await panel.getByRole('button', { name: 'Save' }).click();
    const token = await panel.getByRole('status').locator('code').innerText();
    const asked = (path) => fetch(`${system.url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await asked('/v1/customers')).status, 200);
    assert.equal((await asked('/v1/payments')).status, 403);
    await panel.getByRole('button', { name: 'Revoke' }).click();
    await panel.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await panel.getByText('Nothing here.').waitFor();
    assert.equal((await asked('/v1/customers')).status, 401);
    fine(panel);
  },
  async an_endpoint_is_made_and_what_was_sent_to_it_is_seen() {
    await go(panel, 'Webhooks');
    await panel.getByLabel('Address', { exact: true }).fill('https://127.0.0.1/hooks');
    await panel.getByLabel('Events', { exact: true }).fill('payment.* customer.credited');
    await panel.getByRole('button', { name: 'Save' }).click();
    assert.match(await panel.getByRole('status').locator('code').innerText(), /^whsec_/);
    await system.api('POST', '/v1/payments', { customer: 'ada', integration: 'stripe-main', currency: 'USD', amount: '3.00', return_url: 'https://shop.example/' }, { 'Idempotency-Key': 'endpoint' });
    await panel.getByRole('link', { name: 'https://127.0.0.1/hooks' }).click();
    await panel.getByRole('cell', { name: 'payment.created' }).first().waitFor();
    await panel.getByText('its address is not one of the internet').first().waitFor();
    await panel.getByRole('button', { name: 'Send again' }).first().click();
    await picture(panel, 'webhooks');
    assert.deepEqual(await findings(panel), []);
    await panel.getByRole('button', { name: 'Disable' }).click();
    await panel.getByRole('button', { name: 'Enable' }).waitFor();
    await panel.getByRole('button', { name: 'Delete' }).click();
    await panel.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await panel.getByText('Nothing here.').first().waitFor();
    fine(panel);
  },
  async a_push_is_tried_and_a_device_enrolled() {
    await go(panel, 'Second factors');
    await panel.getByLabel('Integration', { exact: true }).selectOption('duo-main');
    await panel.getByLabel('Username', { exact: true }).fill('allow.tester');
    await panel.getByRole('button', { name: 'Show devices' }).click();
    await panel.getByRole('cell', { name: /push/ }).first().waitFor();
    await panel.getByRole('button', { name: 'Send a test push' }).click();
    await panel.getByText('allowed').waitFor();
    await panel.getByRole('button', { name: 'Enroll a device' }).click();
    await panel.getByText('Send this to the person:').waitFor();
    fine(panel);
  },
  async the_portal_looks_as_its_operator_wants() {
    const portal = await portalOf('ada');
    assert.equal(await portal.title(), 'Example Telecom');
    assert.equal(await portal.getByRole('link', { name: 'Help' }).getAttribute('href'), 'mailto:support@example.com');
    assert.equal(await portal.getByRole('button', { name: 'Show the total' }).evaluate((button) => getComputedStyle(button).backgroundColor), 'rgb(11, 110, 79)');
    await portal.getByRole('link', { name: 'My account' }).click();
    await portal.getByText('You came by a link').waitFor();
    fine(portal);
    await portal.context().close();
  },
  async a_customer_sets_an_authenticator_app_up_and_the_panel_user_too() {
    const made = await system.api('POST', '/v1/users', { username: 'grace', customer: 'ada' });
    const portal = await newPage(browser);
    await portal.goto(`${system.url}/portal`);
    await portal.getByLabel('Username').fill('grace');
    await portal.getByLabel('Password').fill(made.one_time_password);
    await portal.getByRole('button', { name: 'Sign in' }).click();
    await portal.getByLabel('One-time or current password').fill(made.one_time_password);
    await portal.getByLabel('New password').fill('a sentence of her own');
    await portal.getByRole('button', { name: 'Save' }).click();
    await portal.getByRole('link', { name: 'My account' }).click();
    await portal.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await portal.getByLabel('Code').fill(totp(await portal.locator('code').innerText()));
    await portal.getByRole('button', { name: 'Confirm' }).click();
    await portal.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    await portal.getByRole('button', { name: 'I have kept them' }).click();
    await portal.getByRole('heading', { name: 'My account' }).waitFor();
    assert.deepEqual(await findings(portal), []);
    fine(portal);
    await portal.context().close();
  },
  async a_held_payment_is_assigned() {
    const euros = async () => (await system.api('GET', '/v1/customers/ada/balance')).balances.find((one) => one.currency === 'EUR')?.balance ?? '0.00';
    const before = await euros();
    await system.control('POST', '/paypal_ipn/actions', { action: 'send_money', amount: 5000, currency: 'EUR', payer: 'nobody@example.com', fee: 100 });
    await go(panel, 'Held');
    await panel.getByRole('row', { name: /held.*EUR/ }).getByRole('link').first().click();
    await panel.getByText('customer_unknown').first().waitFor();
    await picture(panel, 'held-payment');
    await panel.getByLabel('Assign to a customer').fill('ada');
    await panel.getByRole('button', { name: 'Assign to a customer' }).click();
    await panel.getByText('The money has arrived.').waitFor();
    assert.equal(Number(await euros()) - Number(before), 49);
    fine(panel);
  },
  async xero_is_connected_from_its_card_and_the_books_are_reconciled() {
    await go(panel, 'Integrations');
    const card = panel.locator('#i-xero-consent');
    await card.getByRole('button', { name: 'Connect', exact: true }).click();
    const [consent] = await Promise.all([panel.context().waitForEvent('page'), card.getByRole('link', { name: 'Open Xero’s page' }).click()]);
    await consent.getByRole('button', { name: 'Allow access' }).click();
    await consent.getByText('Xero is connected.').waitFor();
    await consent.close();
    await card.getByRole('button', { name: 'Test connection' }).click();
    await card.getByText('Everything works.').waitFor();
    assert.equal(await panel.locator('#i-xero-main').getByRole('button', { name: 'Connect', exact: true }).count(), 0, 'a custom connection needs no consent');
    const { data } = await system.api('GET', '/v1/payments?status=partially_refunded');
    const whole = await system.pay();
    await system.until(async () => (await system.api('GET', `/v1/payments/${whole.id}`)).fee_status === 'known');
    await system.api('POST', '/v1/accounting/invoices', { integration: 'xero-main', payment: whole.id }, { 'Idempotency-Key': 'booked' });
    await go(panel, 'Books');
    await panel.getByRole('cell', { name: whole.id }).waitFor();
    await panel.getByLabel('Integration', { exact: true }).selectOption('xero-main');
    await panel.getByRole('button', { name: 'Reconcile' }).click();
    await panel.getByRole('heading', { name: /Matched \([1-9]/ }).waitFor();
    if (data.length) await panel.getByRole('heading', { name: /Missing in the books \([1-9]/ }).waitFor();
    await picture(panel, 'books');
    fine(panel);
  },
  async numbers_are_found_and_test_mode_says_what_it_would_do() {
    await go(panel, 'Numbers');
    await panel.getByLabel('Integration').selectOption('numbers-main');
    await panel.getByLabel('Number or its beginning').fill('4420');
    await panel.getByRole('button', { name: 'Find' }).click();
    await panel.getByRole('row', { name: /442079460000.*London/ }).getByRole('button', { name: 'Allocate' }).click();
    await panel.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
    await panel.getByText('Test mode: this would be done.').waitFor();
    await panel.getByLabel('Id', { exact: true }).fill('carrier-1');
    await panel.getByLabel('Name', { exact: true }).fill('Carrier');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByRole('cell', { name: 'carrier', exact: true }).waitFor();
    await picture(panel, 'numbers');
    fine(panel);
  },
  async a_script_is_written_saved_and_run() {
    await go(panel, 'Scripts');
    await panel.getByRole('button', { name: 'New script' }).click();
    await panel.getByLabel('Name').fill('greeter');
    await panel.getByLabel('Source').fill("export function main({ name }) { console.log('hello', name); if (!name) throw new Error('404 Nobody'); return { greeting: `Hello ${name}` }; }");
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByRole('cell', { name: 'greeter' }).waitFor();
    await system.api('POST', '/v1/integrations', { id: 'greeter', provider: 'scriptforge', mode: 'test', settings: { script: 'greeter', type: 'app' } });
    await go(panel, 'Numbers');
    await go(panel, 'Scripts');
    await panel.getByLabel('Integration').selectOption('greeter');
    await panel.getByLabel('Data (JSON)').fill('{"name": "<b>Ada</b>"}');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await panel.getByText('"greeting": "Hello <b>Ada</b>"').waitFor();
    await panel.getByText('log: hello <b>Ada</b>').waitFor();
    await picture(panel, 'scripts');
    await panel.getByLabel('Data (JSON)').fill('{}');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await panel.getByText('404 Nobody').waitFor();
    fine(panel);
  },
  async an_adjustment_is_posted_from_the_customers_page() {
    await system.api('POST', '/v1/customers', { id: 'grace', name: 'Grace' });
    await panel.goto(`${system.url}/panel#/customers/grace`);
    await panel.getByText('New entry').click();
    await panel.getByLabel('Amount').fill('7.50');
    await panel.getByLabel('Reference', { exact: true }).fill('goodwill 1');
    await panel.getByLabel('Description').fill('For the outage');
    await panel.locator('details.card').getByRole('button', { name: 'Save' }).click();
    await panel.getByRole('cell', { name: '7.50 USD' }).waitFor();
    assert.equal((await system.api('GET', '/v1/customers/grace/balance')).balances[0].balance, '7.50');
    fine(panel);
  },
  async contacts_are_changed_and_the_journal_is_verified() {
    await go(panel, 'Customers');
    await panel.getByLabel('Search by id, name or e-mail').fill('lovelace');
    await panel.getByRole('button', { name: 'Search' }).click();
    await panel.getByRole('link', { name: 'ada', exact: true }).click();
    await panel.getByText('Contacts').click();
    await panel.getByLabel('Phone').fill('+44 20 7946 0000');
    await panel.getByLabel('E-mail', { exact: true }).fill('');
    await panel.getByRole('button', { name: 'Save' }).first().click();
    await panel.locator('dl.facts div', { hasText: 'E-mail' }).first().getByText('–').waitFor();
    const { email, phone } = await system.api('GET', '/v1/customers/ada');
    assert.deepEqual([email, phone], [null, '+44 20 7946 0000']);
    await system.api('PATCH', '/v1/customers/ada', { email: 'ada@example.com' });
    await go(panel, 'Ledger');
    await panel.getByRole('button', { name: 'Verify the journal' }).click();
    await panel.getByText('Everything agrees:').waitFor();
    await panel.getByLabel('A head noted earlier').fill('1:' + '0'.repeat(64));
    await panel.getByRole('button', { name: 'Verify the journal' }).click();
    await panel.getByText('The journal does not agree with itself:').waitFor();
    fine(panel);
  },
  async names_that_are_scripts_are_shown_as_names() {
    const evil = '<img src=x onerror="window.broken=1">"\'><script>window.broken=1</script>';
    await system.api('POST', '/v1/customers', { id: 'eve', name: evil });
    const payment = await system.api('POST', '/v1/payments', { customer: 'eve', integration: 'stripe-main', currency: 'USD', amount: '10.00', return_url: 'https://shop.example/', description: evil.slice(0, 60), metadata: { note: evil } }, { 'Idempotency-Key': 'evil' });
    for (const place of ['customers', 'customers/eve', `payments/${payment.id}`, 'audit', 'log', 'events']) {
      await panel.goto(`${system.url}/panel#/${place}`);
      await panel.getByRole('heading', { level: 1 }).waitFor();
      await panel.waitForTimeout(150);
      assert.equal(await panel.evaluate(() => window.broken), undefined, place);
    }
    const portal = await portalOf('eve');
    await portal.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await portal.evaluate(() => window.broken), undefined);
    fine(panel);
    await portal.context().close();
  },
  async no_other_page_frames_reads_or_drives_the_panel() {
    const answer = await fetch(`${system.url}/panel`);
    assert.match(answer.headers.get('content-security-policy'), /frame-ancestors 'none'/);
    assert.ok(!/unsafe/.test(answer.headers.get('content-security-policy')));
    assert.equal(answer.headers.get('x-frame-options'), 'DENY');
    const other = await panel.context().newPage();
    await other.goto(`${system.sandbox}/`).catch(() => null);
    const said = await other.evaluate(async (url) => {
      const out = [];
      for (const options of [{ method: 'POST', body: '{"name":"x"}', credentials: 'include' }, { method: 'POST', body: '{"name":"x"}', credentials: 'include', mode: 'no-cors' }])
        try { out.push((await fetch(`${url}/v1/customers`, options)).status); } catch { out.push('refused'); }
      return out;
    }, system.url);
    assert.deepEqual(said, ['refused', 0], 'nothing can be read');
    const names = (await system.api('GET', '/v1/customers?limit=200')).data.map((one) => one.name);
    assert.ok(!names.includes('x'), 'nothing was changed');
    await other.close();
  },
  async nothing_of_the_session_is_in_an_address_or_within_reach_of_scripts() {
    assert.equal(await panel.evaluate(() => document.cookie), '');
    assert.equal(await panel.evaluate(() => localStorage.length + sessionStorage.length), 0);
    const cookies = await panel.context().cookies();
    const own = cookies.find((one) => one.name === '__Host-turnpike_panel');
    assert.ok(own.httpOnly && own.secure && own.sameSite === 'Strict');
    assert.ok(!panel.url().includes(own.value));
  },
  async every_page_is_fine_for_a_screen_reader_in_light_and_dark_and_on_a_phone() {
    for (const colorScheme of ['light', 'dark']) {
      await panel.emulateMedia({ colorScheme });
      for (const [place, name] of [['', 'dashboard'], ['integrations', 'integrations'], ['payments', 'payments'], ['log', 'log'], ['held', 'held'], ['customers', 'customers'], ['customers/ada', 'customer'], ['ledger', 'ledger'], ['books', 'books'], ['numbers', 'numbers'], ['scripts', 'scripts'], ['events', 'events'], ['audit', 'audit'], ['users', 'users'], ['tokens', 'tokens'], ['second-factors', 'second-factors'], ['account', 'account']]) {
        await panel.goto(`${system.url}/panel#/${place}`);
        await panel.getByRole('heading', { level: 1 }).waitFor();
        await panel.waitForTimeout(120);
        await picture(panel, `${name}-${colorScheme}`);
        assert.deepEqual(await findings(panel), [], `${place} in ${colorScheme}`);
      }
    }
    await panel.emulateMedia({ colorScheme: 'light' });
    const portal = await portalOf('ada', { viewport: { width: 360, height: 740 } });
    assert.deepEqual(await findings(portal), []);
    const wide = await portal.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `the page is ${wide} wide on a phone of 360`);
    await picture(portal, 'portal-phone');
    await portal.context().close();
  },
  async a_first_load_is_small_and_quick() {
    const page = await newPage(browser);
    await page.goto(`${system.url}/panel`);
    await page.getByLabel('Username', { exact: true }).waitFor();
    // The browser's own count of what came over the wire, compressed as it was.
    const bytes = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, one) => sum + one.transferSize, 0));
    assert.ok(bytes > 5000 && bytes < 150_000, `${bytes} bytes`);
    await picture(page, 'sign-in');
    await page.context().close();
  },
  async signing_out_ends_the_session_everywhere() {
    const cookies = await panel.context().cookies();
    await panel.getByRole('link', { name: 'Sign out' }).click();
    await panel.getByRole('button', { name: 'Sign in' }).waitFor();
    const old = cookies.map((one) => `${one.name}=${one.value}`).join('; ');
    assert.equal((await fetch(`${system.url}/v1/users`, { headers: { Cookie: old } })).status, 401);
  },
}, 'browser');
await stop();
