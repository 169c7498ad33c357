// What everything else stands on.  The originals are taken before any script can replace them.
const { parse, stringify } = JSON;
const P = Promise;
const then = P.prototype.then;
forge.parse = parse;
forge.stringify = stringify;
forge.ask = (name, value) => { const said = host(name, stringify(value) ?? 'null'); return said === '' || said === undefined ? undefined : parse(said); };

// Requests and timers that are on their way: id -> what their end calls.
const waiting = new Map();
let last = 0;
forge.request = (value) => new P((resolve, reject) => {
  const id = ++last;
  waiting.set(id, { resolve, reject });
  const refused = forge.ask('request', { id, ...value });
  if (refused) { waiting.delete(id); reject(new Error(refused.error)); }
});
forge.complete = ({ id, value, error }) => {
  const one = waiting.get(id);
  waiting.delete(id);
  if (one) error ? one.reject(Object.assign(new Error(error.message), error)) : one.resolve(value);
};
forge.then = (promise, good, bad) => then.call(P.resolve(promise), good, bad);

// Timers: at most ten of each kind at once.  Their time is the operation's time, so a re-run sees the same.
const timers = new Map();
const live = { timeout: 0, interval: 0 };
function start(kind, callback, ms, args) {
  if (typeof callback !== 'function') throw new TypeError('The callback must be a function');
  if (live[kind] >= 10) throw new RangeError(`More than 10 ${kind}s at once`);
  const id = ++last;
  const delay = Math.min(Math.max(Number(ms) || 0, kind === 'interval' ? 1 : 0), 2 ** 31 - 1);
  live[kind]++;
  timers.set(id, { kind, callback, args, delay });
  forge.ask('timer', { id, delay });
  return id;
}
function clear(id) {
  const one = timers.get(id);
  if (!one) return;
  timers.delete(id);
  live[one.kind]--;
  forge.ask('clear', { id });
}
forge.fire = (id) => {
  const one = timers.get(id);
  if (!one) return;
  if (one.kind === 'timeout') { timers.delete(id); live.timeout--; } else forge.ask('timer', { id, delay: one.delay });
  try { one.callback(...one.args); } catch (error) { forge.fail(error); }
};
forge.clearTimers = () => { for (const id of [...timers.keys()]) clear(id); };
const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
define('setTimeout', (callback, ms, ...args) => start('timeout', callback, ms, args));
define('setInterval', (callback, ms, ...args) => start('interval', callback, ms, args));
define('setImmediate', (callback, ...args) => start('timeout', callback, 0, args));
for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) define(name, (id) => clear(id));
define('queueMicrotask', (callback) => { forge.then(undefined, () => callback()); });
forge.define = define;

function shown(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try { return stringify(value) ?? String(value); } catch { return String(value); }
}
const console = {};
for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace']) console[level] = (...all) => { forge.ask('console', { level, text: all.map(shown).join(' ') }); };
define('console', console);
