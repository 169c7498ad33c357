// Runs one function of one script.
const P = Promise;
let outcome = null;
let job = null;
forge.fail = (error) => { outcome ??= { error: forge.errorOf(error) }; forge.clearTimers(); };
function succeed(value) {
  if (outcome) return;
  try {
    const text = forge.serialised(value);
    if (text.length > 1 << 20) throw new Error('500 Result larger than 1 MB');
    outcome = { text };
  } catch (error) { outcome = { error: /^500 /.test(String(error?.message)) ? forge.errorOf(error) : { code: 500, message: 'Result not serialisable' } }; }
  forge.clearTimers();
}

const ctx = new Proxy({}, { get: (_, name) => () => { throw new Error(`501 ctx.${String(name)} is not implemented here`); } });
const missing = (name) => { throw new Error(`501 The script has no ${name}`); };

// Handlers, in the order scripts have used: module.export (sic), module.exports, functions of the script itself.
function handlerOf(module, own, name) {
  const filled = module.exports && (typeof module.exports === 'function' || Object.keys(module.exports).length > 0);
  for (const from of [module.export, filled ? module.exports : undefined, own]) {
    if (from && typeof from[name] === 'function') return from[name].bind(from);
    if (name === 'main' && typeof from === 'function') return from;
    if (name === 'main' && from && typeof from.run === 'function' && from !== own) return from.run.bind(from);
  }
  return missing(name);
}

const loaded = new Map();
function commonjs(source, file, name) {
  const module = { exports: {} };
  loaded.set(file, module);
  const require = (wanted) => {
    if (job.type === 'script') throw new Error(`500 A Script has no require; make it an App to use '${wanted}'`);
    return forge.requireFrom(wanted, own);
  };
  const names = ['main', 'search', 'allocate', 'release', 'list', 'createPayment', 'queryPayment', 'refund', 'handleWebhook', 'checkConfig', name].filter((one) => /^[A-Za-z_$][\w$]*$/.test(one));
  const found = [...new Set(names)].map((one) => `${one}: typeof ${one} === 'function' ? ${one} : undefined`).join(', ');
  const run = new Function('require', 'module', 'exports', `${source}\n;return {${found}};\n//# sourceURL=${file}`);
  return { module, own: run.call(undefined, require, module, module.exports) };
}
function own(file) {
  if (loaded.has(file)) return loaded.get(file).exports;
  const source = forge.ask('source', { file });
  if (!source) throw Object.assign(new Error(`Cannot find module './${file}'`), { code: 'MODULE_NOT_FOUND' });
  return commonjs(source.text, file, 'main').module.exports;
}

function finish(handler) {
  const result = handler(...(job.arguments ?? [job.data ?? {}]), ctx);
  const promised = result !== null && typeof result === 'object' && typeof result.then === 'function';
  if (job.type === 'script' && promised) throw new Error('500 A Script may return no promise; make it an App');
  if (promised) forge.then(result, succeed, forge.fail);
  else succeed(result);
}

// A message for handleWebhook, with the only way to authenticate it.
function prepare() {
  if (job.name === 'handleWebhook') job.arguments = [job.data, (claim) => Boolean(forge.ask('prove', claim))];
}

function environment() {
  const env = Object.freeze({ ...job.env });
  forge.define('process', Object.freeze({ env, nextTick: (callback, ...args) => queueMicrotask(() => callback(...args)) }));
  forge.define('setEnvVar', async (key, value) => { forge.ask('env', { key: String(key), value: String(value) }); });
  forge.define('getEnvVars', async () => ({ ...env, ...forge.ask('env', {}) }));
  if (job.type === 'script') forge.define('require', undefined);
}

const acts = {
  exports: () => forge.exportsText(),
  run(text) {
    job = forge.parse(text);
    environment();
    prepare();
    try {
      const { module, own: functions } = commonjs(job.source, job.file, job.name);
      finish(handlerOf(module, functions, job.name));
    } catch (error) { forge.fail(error); }
  },
  begin(text) { job = forge.parse(text); environment(); prepare(); },
  module(_, space, failed) {
    if (failed) return forge.fail(failed);
    forge.then(space, (names) => {
      try {
        const from = { export: undefined, exports: names.default && typeof names.default === 'object' ? { ...names.default, ...names } : { ...names } };
        if (typeof names.default === 'function' && job.name === 'main' && !from.exports.main) from.exports = { main: names.default };
        finish(handlerOf(from, {}, job.name));
      } catch (error) { forge.fail(error); }
    }, forge.fail);
  },
  complete: (text) => forge.complete(forge.parse(text)),
  fire: (text) => forge.fire(forge.parse(text).id),
  outcome: () => (outcome === null ? '' : outcome.error ? `{"error":${forge.stringify(outcome.error)}}` : `{"value":${outcome.text}}`),
};
forge.dispatch = (what, text, space, failed) => acts[what](text, space, failed) ?? '';
