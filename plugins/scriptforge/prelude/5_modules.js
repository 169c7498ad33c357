// require(): the cx modules, a part of axios, and Node's crypto as far as gateways sign with it.
const call = (service, value) => forge.request({ kind: 'call', service, value });
const rest = (method) => (path, value) => call('rest', { method, path: String(path).replace(/^\/+/, ''), value: value ?? null });

function auth(user) {
  if (user !== undefined && typeof user !== 'string') throw new TypeError('auth takes the e-mail of a user');
  const path = (area, key) => (key === undefined ? area : `${area}/${key}`);
  return {
    get: rest('GET'), post: rest('POST'), put: rest('PUT'), delete: rest('DELETE'),
    create: (area, key, data) => rest('POST')(data === undefined ? area : path(area, key), data === undefined ? key : data),
    read: (area, key) => rest('GET')(path(area, key)),
    update: (area, key, data) => rest('PUT')(path(area, key), data),
  };
}
auth.auth = auth;

const kv = {
  get: (key) => call('kv', { act: 'get', key: String(key) }),
  set: (key, value, ttl = 0) => call('kv', { act: 'set', key: String(key), value: String(value), ttl }),
  incr: (key, by = 1, ttl = 0) => call('kv', { act: 'incr', key: String(key), by, ttl }),
  keys: () => call('kv', { act: 'keys' }),
  usage: () => call('kv', { act: 'usage' }),
};
const ko = {
  get: async (key) => { const text = await kv.get(key); return text === null ? null : forge.parse(text); },
  set: (key, value, ttl) => kv.set(key, forge.stringify(value), ttl),
};
const nothing = (name) => async () => { throw new Error(`501 ${name} is not implemented here`); };
const stub = (module, names) => Object.fromEntries(names.map((name) => [name, nothing(`${module}.${name}`)]));

const bytes = (value, encoding) => (typeof value === 'string' ? (encoding === 'hex' ? forge.unhex(value) : encoding === 'base64' ? Uint8Array.from(atob(value), (c) => c.charCodeAt(0)) : forge.utf8(value)) : new Uint8Array(value.buffer ?? value));
function hasher(ask) {
  const parts = [];
  const self = { update(value, encoding) { parts.push(forge.hex(bytes(value, encoding))); return self; }, digest(encoding) {
    const out = forge.ask('hash', { ...ask, data: parts.join('') });
    if (!out) throw new Error(`Unknown digest ${ask.algorithm}`);
    return encoding === 'base64' ? forge.base64(forge.unhex(out)) : encoding === 'hex' ? out : forge.unhex(out);
  } };
  return self;
}
const crypto = {
  createHash: (algorithm) => hasher({ algorithm: String(algorithm).toLowerCase() }),
  createHmac: (algorithm, key) => hasher({ algorithm: String(algorithm).toLowerCase(), key: forge.hex(bytes(key)) }),
  randomUUID: () => globalThis.crypto.randomUUID(), randomBytes: (n) => forge.random(n),
  timingSafeEqual: (a, b) => { const x = bytes(a), y = bytes(b); if (x.length !== y.length) throw new RangeError('The lengths differ'); let d = 0; for (let i = 0; i < x.length; i++) d |= x[i] ^ y[i]; return d === 0; },
};

const builtin = {
  cxRest: auth,
  cxKV: { kv, ko, ...kv },
  cxSend: { email: (mail) => call('email', mail ?? {}), sms: nothing('cxSend.sms') },
  cxOriginate: Object.assign(nothing('cxOriginate'), { originate: nothing('cxOriginate.originate') }),
  cxUserspace: stub('cxUserspace', ['create', 'read', 'update', 'delete', 'get', 'random', 'sql', 'knex']),
  cxJob: stub('cxJob', ['scriptForge', 'add', 'setProgress', 'setData']),
  cxPubSub: stub('cxPubSub', ['publish', 'subscribe']),
  cxHelper: { generatePbxSecurityKey: () => { throw new Error('501 cxHelper.generatePbxSecurityKey is not implemented here'); } },
  cxCallControl: stub('cxCallControl', ['dial', 'hangup', 'transfer', 'list']),
  cxC5Server: class cxC5Server { constructor() { throw new Error('501 cxC5Server is not implemented here'); } },
  cxRouter: stub('cxRouter', ['route']), cxWebSocket: stub('cxWebSocket', ['connect']), cxMcpServer: stub('cxMcpServer', ['serve']),
  cxRegistry: stub('cxRegistry', ['get', 'set']), cxKysely: stub('cxKysely', ['db']), cxTemplate: stub('cxTemplate', ['render']),
  axios: forge.axios, crypto,
};
const known = ['axios-cookiejar-support', 'card-validator', 'csv-parse', 'csv-parse/lib/sync', 'data-forge', 'decompress-zip', 'elasticemail-webapiclient', 'fast-csv', 'fast-toml', 'ftp', 'helpscout-2.0', 'moment', 'rss-parser', 'soap', 'stripe', 'tough-cookie'];

forge.requireFrom = (name, own) => {
  const wanted = String(name).replace(/^node:/, '');
  if (Object.hasOwn(builtin, wanted)) return builtin[wanted];
  if (wanted.startsWith('./')) return own(wanted.slice(2));
  if (known.includes(wanted)) throw new Error(`The module '${wanted}' is not available here: use fetch, axios or crypto`);
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
};
Object.defineProperty(globalThis, Symbol.for('turnpike.require'), { value: (name) => builtin[name] });
forge.exportsText = () => Object.entries(builtin).map(([name, module]) => [name, ...Object.keys(module).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && !['default', 'delete'].includes(key))].join(' ')).join('\n');
