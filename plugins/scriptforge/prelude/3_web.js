// The parts of the web's and Node's globals that drivers use.
const { define } = forge;
const utf8 = (text) => { const out = []; for (const part of encodeURIComponent(text.toWellFormed()).matchAll(/%([0-9A-F]{2})|[^%]/g)) out.push(part[1] ? parseInt(part[1], 16) : part[0].charCodeAt(0)); return Uint8Array.from(out); };
const text8 = (bytes) => forge.ask('utf8', { hex: hex(bytes) });
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (one) => parseInt(one, 16));
forge.hex = hex;
forge.unhex = unhex;
forge.utf8 = utf8;

define('TextEncoder', class TextEncoder { get encoding() { return 'utf-8'; } encode(text = '') { return utf8(String(text)); } });
define('TextDecoder', class TextDecoder { get encoding() { return 'utf-8'; } decode(bytes = new Uint8Array()) { return text8(new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength)); } });

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64 = (bytes) => {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) out += i + k > bytes.length ? '=' : alphabet[(n >> (18 - 6 * k)) & 63];
  }
  return out;
};
const unbase64 = (text) => {
  const out = [];
  let bits = 0, n = 0;
  for (const c of text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')) {
    const at = alphabet.indexOf(c);
    if (at < 0) throw new Error('The text is not base64');
    n = (n << 6) | at; bits += 6;
    if (bits >= 8) { bits -= 8; out.push((n >> bits) & 255); n &= (1 << bits) - 1; }
  }
  return Uint8Array.from(out);
};
forge.base64 = base64;
define('btoa', (text) => base64(Uint8Array.from(String(text), (c) => { if (c.charCodeAt(0) > 255) throw new Error('btoa takes bytes'); return c.charCodeAt(0); })));
define('atob', (text) => String.fromCharCode(...unbase64(String(text))));

const plus = (text) => encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const unplus = (text) => { try { return decodeURIComponent(text.replaceAll('+', ' ')); } catch { return text; } };
class URLSearchParams {
  #list = [];
  constructor(from = '') {
    if (typeof from === 'string') for (const pair of from.replace(/^\?/, '').split('&').filter(Boolean)) { const at = pair.indexOf('='); this.append(unplus(at < 0 ? pair : pair.slice(0, at)), at < 0 ? '' : unplus(pair.slice(at + 1))); }
    else for (const [name, value] of typeof from[Symbol.iterator] === 'function' ? from : Object.entries(from)) this.append(name, value);
  }
  append(name, value) { this.#list.push([String(name), String(value)]); }
  delete(name) { this.#list = this.#list.filter((one) => one[0] !== name); }
  get(name) { return this.#list.find((one) => one[0] === name)?.[1] ?? null; }
  getAll(name) { return this.#list.filter((one) => one[0] === name).map((one) => one[1]); }
  has(name) { return this.#list.some((one) => one[0] === name); }
  set(name, value) { const at = this.#list.findIndex((one) => one[0] === name); if (at < 0) return this.append(name, value); this.#list = this.#list.filter((one, i) => one[0] !== name || i === at); this.#list[at][1] = String(value); }
  sort() { this.#list.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); }
  *[Symbol.iterator]() { yield* this.#list; }
  entries() { return this[Symbol.iterator](); }
  *keys() { for (const [name] of this.#list) yield name; }
  *values() { for (const [, value] of this.#list) yield value; }
  forEach(callback) { for (const [name, value] of this.#list) callback(value, name, this); }
  toString() { return this.#list.map(([name, value]) => `${plus(name)}=${plus(value)}`).join('&'); }
}
define('URLSearchParams', URLSearchParams);

class URL {
  constructor(text, base) {
    let found = /^(https?):\/\/(?:([^\/?#@]*)@)?([^\/?#:]+)(?::(\d+))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(String(text));
    if (!found && base !== undefined) {
      const from = new URL(base);
      const path = String(text);
      const joined = path.startsWith('//') ? from.protocol + path : path.startsWith('/') ? from.origin + path : path.startsWith('?') ? from.origin + from.pathname + path : from.origin + from.pathname.replace(/[^/]*$/, '') + path;
      found = /^(https?):\/\/(?:([^\/?#@]*)@)?([^\/?#:]+)(?::(\d+))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(joined);
    }
    if (!found) throw new TypeError(`Invalid URL: ${text}`);
    const [, scheme, login = '', host, port = '', path, search = '', hash = ''] = found;
    this.protocol = `${scheme.toLowerCase()}:`;
    [this.username, this.password = ''] = login.split(':');
    this.hostname = host.toLowerCase();
    this.port = (scheme.toLowerCase() === 'https' && port === '443') || (scheme.toLowerCase() === 'http' && port === '80') ? '' : port;
    this.pathname = path.startsWith('/') ? path : `/${path}`;
    this.searchParams = new URLSearchParams(search);
    this.hash = hash;
  }
  get host() { return this.hostname + (this.port ? `:${this.port}` : ''); }
  get origin() { return `${this.protocol}//${this.host}`; }
  get search() { const text = this.searchParams.toString(); return text ? `?${text}` : ''; }
  get href() { return `${this.protocol}//${this.username ? `${this.username}${this.password ? `:${this.password}` : ''}@` : ''}${this.host}${this.pathname}${this.search}${this.hash}`; }
  toString() { return this.href; }
  toJSON() { return this.href; }
}
define('URL', URL);

define('structuredClone', (value) => {
  const seen = new Map();
  const copy = (one) => {
    if (typeof one === 'function' || typeof one === 'symbol') throw new TypeError('This value cannot be cloned');
    if (one === null || typeof one !== 'object') return one;
    if (seen.has(one)) return seen.get(one);
    if (one instanceof Date) return new Date(one);
    if (one instanceof Map) { const out = new Map(); seen.set(one, out); for (const [k, v] of one) out.set(copy(k), copy(v)); return out; }
    if (one instanceof Set) { const out = new Set(); seen.set(one, out); for (const v of one) out.add(copy(v)); return out; }
    if (ArrayBuffer.isView(one)) return one.slice();
    const out = Array.isArray(one) ? [] : {};
    seen.set(one, out);
    for (const key of Object.keys(one)) out[key] = copy(one[key]);
    return out;
  };
  return copy(value);
});

// Randomness is the operation's: a re-run of the same operation draws the same numbers.
const random = (bytes) => unhex(forge.ask('random', { bytes }));
forge.random = random;
Math.random = () => { const [a, b, c, d, e, f, g] = random(7); return (((((((a & 31) * 256 + b) * 256 + c) * 256 + d) * 256 + e) * 256 + f) * 256 + g) / 2 ** 53; };
define('crypto', {
  getRandomValues(array) { if (array.byteLength > 4096) throw new RangeError('At most 4096 bytes at once'); new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random(array.byteLength)); return array; },
  randomUUID() { const b = random(16); b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128; const t = hex(b); return `${t.slice(0, 8)}-${t.slice(8, 12)}-${t.slice(12, 16)}-${t.slice(16, 20)}-${t.slice(20)}`; },
});
