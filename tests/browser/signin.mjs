// Signing in with every second factor, in Debian's Chromium.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { System, root, run } from '../contract/harness.mjs';
import { chromium } from 'playwright-core';
import { newPage, oneTimePassword, picture, signIn, totp } from './browser.mjs';

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const yaml = fs.readFileSync(path.join(root, 'config/turnpike.yaml'), 'utf8');
async function guarded(factor) {
  const config = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-browser-')), 'turnpike.yaml');
  fs.writeFileSync(config, `${yaml}\nsites:\n  - { id: panel, second_factor: ${factor} }\n  - { id: portal, second_factor: ${factor} }\n`);
  return System.start({ config });
}

await run({
  async a_wrong_password_is_told_and_a_new_one_must_be_chosen() {
    const system = await System.start();
    const page = await newPage(browser);
    const once = oneTimePassword(system);
    await signIn(page, system, 'admin', 'wrong wrong wrong', null);
    await page.getByText('Username or password is wrong.').waitFor();
    await page.getByLabel('Password').fill(once);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('One-time or current password').fill(once);
    await page.getByLabel('New password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.context().close();
    system.stop();
  },
  async an_authenticator_app_is_enrolled_by_its_picture_and_asked_for_the_next_time() {
    const system = await guarded('totp');
    const page = await newPage(browser);
    await signIn(page, system, 'admin', oneTimePassword(system));
    await page.getByRole('heading', { name: 'Set up an authenticator app' }).waitFor();
    const secret = await page.locator('form code').first().innerText();
    await page.locator('svg.qr').waitFor();
    await picture(page, 'enroll');
    await page.getByLabel('Code').fill(totp(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    const codes = (await page.locator('.codes').innerText()).trim().split(/\s+/);
    assert.equal(codes.length, 10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'Sign out' }).click();
    await signIn(page, system, 'admin', 'correct horse battery', null);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The code is wrong or was used before.').waitFor();
    await page.getByLabel('Code').fill(codes[3]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
    system.stop();
  },
  async a_push_is_approved_on_the_phone_and_the_page_goes_on_by_itself() {
    const system = await guarded('duo-main');
    const page = await newPage(browser);
    await signIn(page, system, 'admin', oneTimePassword(system));
    await page.getByRole('button', { name: 'Send a push' }).click();
    await page.getByText('Look at your phone and approve the request.').waitFor();
    await picture(page, 'push');
    const push = await system.until(async () => (await system.control('GET', '/duo/pushes')).data[0]);
    await system.control('POST', `/duo/pushes/${push.id}`, { answer: 'approve' });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
    system.stop();
  },
  async a_session_that_was_planted_is_never_signed_in_and_each_step_has_a_cookie_of_its_own() {
    const system = await guarded('totp');
    const page = await newPage(browser);
    const cookie = async () => (await page.context().cookies()).find((one) => one.name === '__Host-turnpike_panel')?.value;
    const planted = 'A'.repeat(43);
    await page.context().addCookies([{ name: '__Host-turnpike_panel', value: planted, url: system.url.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'Strict' }]);
    const seen = [planted];
    const once = oneTimePassword(system);
    await page.goto(`${system.url}/panel`);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password').fill(once);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('One-time or current password').fill(once);
    seen.push(await cookie());
    await page.getByLabel('New password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('Code').waitFor();
    seen.push(await cookie());
    await page.getByLabel('Code').fill(totp(await page.locator('code').innerText()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    seen.push(await cookie());
    assert.equal(new Set(seen).size, 4, 'planted, signed in, password changed, enrolled');
    for (const old of seen.slice(0, 3)) assert.equal((await fetch(`${system.url}/v1/users`, { headers: { Cookie: `__Host-turnpike_panel=${old}` } })).status, 401);
    await page.context().close();
    system.stop();
  },
  async no_address_carries_a_session_and_none_leads_elsewhere() {
    const system = await System.start();
    const page = await newPage(browser);
    await signIn(page, system, 'admin', oneTimePassword(system));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const name of ['token', 'access_token', 'api_key', 'session']) assert.equal((await fetch(`${system.url}/v1/customers?${name}=${system.token}`)).status, 401, name);
    const evil = 'https://evil.example/';
    const left = [];
    page.on('framenavigated', (frame) => { if (!frame.url().startsWith(system.url) && frame.url() !== 'about:blank') left.push(frame.url()); });
    const places = [`/panel?next=${evil}`, `/panel#/${encodeURIComponent(evil)}`, `/panel#/payments/${encodeURIComponent(evil)}`, `/portal?payment=${encodeURIComponent(evil)}`, `/portal?return_url=${evil}&payment=//evil.example`, `/portal/link#${evil}${'x'.repeat(30)}`, `/panel//evil.example`, `//evil.example/panel`];
    for (const place of places) {
      await page.goto(system.url + place).catch(() => null);
      await page.waitForTimeout(150);
    }
    assert.deepEqual(left, []);
    // Where a payer goes after the provider is what the payment was made with, whatever stands in the address.
    await system.api('POST', '/v1/customers', { id: 'ada' });
    const payment = await system.create('stripe-main', 'USD', '10.00');
    const paid = await fetch(`${payment.next_action.url}/pay`, { method: 'POST', redirect: 'manual' });
    const home = new URL(paid.headers.get('location'));
    home.searchParams.set('return_url', evil);
    const back = await fetch(home, { redirect: 'manual' });
    assert.match(back.headers.get('location'), /^https:\/\/shop\.example\//);
    await page.context().close();
    system.stop();
  },
  async duos_own_page_leads_back_to_the_panel() {
    const system = await guarded('duo-universal');
    const page = await newPage(browser);
    await signIn(page, system, 'admin', oneTimePassword(system));
    await page.getByRole('button', { name: 'Send a push' }).click();
    await page.waitForURL(/\/oauth\/v1\/authorize/);
    await page.getByRole('button', { name: 'approve' }).click();
    await page.waitForURL(/\/panel/);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.context().close();
    system.stop();
  },
}, 'browser');
await browser.close();
