// One Chromium, one system of host and sandbox, and what every browser test needs of them.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { System, root } from '../contract/harness.mjs';

export const pictures = process.env.TURNPIKE_PICTURES ?? '';
const build = process.env.BUILD ?? path.join(root, 'build-test');
const axe = fs.readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export async function start() {
  const system = await System.start();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  return { system, browser, stop: async () => { await browser.close(); system.stop(); } };
}

/// A page that fails its test when anything is written to its console as an error.
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, permissions: ['clipboard-write', 'clipboard-read'], ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    // A refused request is part of many tests; a script or policy that fails is not.
    if (message.type() === 'error' && !message.text().includes('status of 4')) page.faults.push(message.text());
  });
  page.setDefaultTimeout(15000);
  return page;
}

export const picture = async (page, name) => { if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`) }); };

/// Serious findings of axe, in words.
export async function findings(page) {
  await page.evaluate(`${axe};0`);
  const known = await page.evaluate(() => typeof window.axe);
  if (known !== 'object') throw new Error('axe could not be loaded');
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html} ${n.failureSummary ?? ''}`).join(' | ').slice(0, 400)}`);
}

export function oneTimePassword(system, name = 'admin') {
  const out = execFileSync(path.join(build, 'host/turnpike'), ['admin', 'create', name, '--config', path.join(root, 'config/turnpike.yaml'), '--data', path.join(system.folder, 'var')], { encoding: 'utf8' });
  return out.trim().split(' ').pop();
}

export async function signIn(page, system, username, password, next = 'correct horse battery') {
  await page.goto(`${system.url}/panel`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (!next) return;
  await page.getByLabel('One-time or current password').fill(password);
  await page.getByLabel('New password').fill(next);
  await page.getByRole('button', { name: 'Save' }).click();
}

export function totp(secret, step = 0) {
  let bits = '';
  for (const c of secret) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
  const mac = crypto.createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}
