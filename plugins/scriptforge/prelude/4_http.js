// fetch, and the part of axios that drivers use.  Every request leaves through the host, under the integration's rules.
const { define } = forge;

class Headers {
  #map = new Map();
  constructor(from = {}) { for (const [name, value] of typeof from[Symbol.iterator] === 'function' ? from : Object.entries(from)) this.append(name, value); }
  append(name, value) { const key = String(name).toLowerCase(); this.#map.set(key, this.#map.has(key) ? `${this.#map.get(key)}, ${value}` : String(value)); }
  set(name, value) { this.#map.set(String(name).toLowerCase(), String(value)); }
  get(name) { return this.#map.get(String(name).toLowerCase()) ?? null; }
  has(name) { return this.#map.has(String(name).toLowerCase()); }
  delete(name) { this.#map.delete(String(name).toLowerCase()); }
  forEach(callback) { for (const [name, value] of this.#map) callback(value, name, this); }
  *[Symbol.iterator]() { yield* this.#map; }
  entries() { return this[Symbol.iterator](); }
}
define('Headers', Headers);

function bodyOf(body, headers) {
  if (body === undefined || body === null) return '';
  if (body instanceof URLSearchParams) { if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded;charset=utf-8'); return body.toString(); }
  if (typeof body === 'string') { if (!headers.has('content-type')) headers.set('content-type', 'text/plain;charset=utf-8'); return body; }
  throw new TypeError('A body is a text or URLSearchParams');
}
const send = (method, url, headers, body, timeout) => forge.request({ kind: 'http', method, url: new URL(url).href, headers: [...headers], body, timeout: Number(timeout) || 0 });

const parseAnswer = (answer) => { if (answer.mangled) throw new SyntaxError('The answer is not UTF-8'); return forge.parse(answer.body); };
class Response {
  #body;
  #answer;
  constructor(answer) { this.status = answer.status; this.statusText = answer.statusText; this.ok = answer.status >= 200 && answer.status < 300; this.url = answer.url; this.headers = new Headers(answer.headers); this.#body = answer.body; this.#answer = answer; this.redirected = false; }
  async text() { return this.#body; }
  async json() { return parseAnswer(this.#answer); }
  async arrayBuffer() { return forge.utf8(this.#body).buffer; }
}
define('Response', Response);
define('fetch', async (input, options = {}) => {
  const headers = new Headers(options.headers ?? {});
  const method = String(options.method ?? 'GET').toUpperCase();
  const body = bodyOf(options.body, headers);
  try { return new Response(await send(method, String(input), headers, body, 0)); } catch (error) { throw Object.assign(new TypeError('fetch failed'), { cause: error, code: error.code }); }
});

function withParams(url, params) {
  const all = new URLSearchParams();
  for (const [name, value] of params instanceof URLSearchParams ? params : Object.entries(params ?? {})) if (value !== undefined && value !== null) for (const one of Array.isArray(value) ? value : [value]) all.append(Array.isArray(value) ? `${name}[]` : name, one instanceof Date ? one.toISOString() : typeof one === 'object' ? forge.stringify(one) : one);
  const text = all.toString();
  return text ? url + (url.includes('?') ? '&' : '?') + text : url;
}
const merged = (defaults, config) => ({ ...defaults, ...config, headers: { ...defaults.headers, ...config.headers }, params: { ...defaults.params, ...config.params } });

class AxiosError extends Error {
  constructor(message, code, config, response) { super(message); this.name = 'AxiosError'; this.isAxiosError = true; this.code = code; this.config = config; this.response = response; this.status = response?.status; }
}
function axiosBody(data, headers) {
  if (data === undefined || data === null) return '';
  if (typeof data === 'string' || data instanceof URLSearchParams) { if (typeof data === 'string' && !headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded'); return bodyOf(data, headers); }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return (headers.get('content-type') ?? '').includes('x-www-form-urlencoded') ? new URLSearchParams(data).toString() : forge.stringify(data);
}
function parsed(answer, type) {
  if (type === 'text') return answer.body;
  if (type === 'arraybuffer') return forge.utf8(answer.body).buffer;
  try { return parseAnswer(answer); } catch { return answer.body; }
}
function instance(defaults) {
  const run = async (config) => {
    const url = config.baseURL && !/^https?:/i.test(config.url ?? '') ? config.baseURL.replace(/\/+$/, '') + (config.url ? `/${String(config.url).replace(/^\/+/, '')}` : '') : config.url;
    const headers = new Headers({ accept: 'application/json, text/plain, */*', ...config.headers });
    if (config.auth) headers.set('authorization', `Basic ${btoa(`${config.auth.username ?? ''}:${config.auth.password ?? ''}`)}`);
    const method = String(config.method ?? 'get').toUpperCase();
    let answer;
    try { answer = await send(method, withParams(url, config.params), headers, axiosBody(config.data, headers), config.timeout); } catch (error) { throw new AxiosError(error.message, error.code === 'timeout' ? 'ECONNABORTED' : 'ERR_NETWORK', config); }
    const response = { data: parsed(answer, config.responseType), status: answer.status, statusText: answer.statusText, headers: Object.fromEntries(new Headers(answer.headers)), config, request: {} };
    const fine = config.validateStatus === null ? true : (config.validateStatus ?? ((status) => status >= 200 && status < 300))(answer.status);
    if (!fine) throw new AxiosError(`Request failed with status code ${answer.status}`, answer.status >= 500 ? 'ERR_BAD_RESPONSE' : 'ERR_BAD_REQUEST', config, response);
    return response;
  };
  const axios = (first, second) => run(merged(defaults, typeof first === 'string' ? { ...second, url: first } : first));
  axios.request = axios;
  for (const method of ['get', 'delete', 'head', 'options']) axios[method] = (url, config = {}) => axios({ ...config, method, url });
  for (const method of ['post', 'put', 'patch']) axios[method] = (url, data, config = {}) => axios({ ...config, method, url, data });
  axios.create = (more = {}) => instance(merged(defaults, more));
  axios.defaults = defaults;
  axios.isAxiosError = (error) => Boolean(error?.isAxiosError);
  axios.AxiosError = AxiosError;
  return axios;
}
forge.axios = instance({ headers: {}, params: {} });
