// "404 Not Found": a three-digit code and its words.  Older scripts reject with [404, 'Not Found'].
const coded = /^([1-6]\d\d)\s+([\s\S]*)$/;
const words = (value) => { try { return value instanceof Error ? value.message : String(value); } catch { return 'the error cannot be shown'; } };

forge.errorOf = (value) => {
  if (Array.isArray(value) && Number.isInteger(value[0])) return { code: value[0], message: words(value[1]) };
  const text = typeof value === 'string' || value instanceof Error ? words(value) : value === undefined ? 'undefined' : words(value);
  const found = coded.exec(text);
  const stack = value instanceof Error ? String(value.stack ?? '') : '';
  return found ? { code: Number(found[1]), message: found[2], stack } : { code: 500, message: text, stack };
};

// JSON in, JSON out: what JSON cannot carry is an error, not silently lost.
forge.serialised = (value) => {
  const text = forge.stringify(value === undefined ? null : value, (_, one) => {
    if (typeof one === 'function' || typeof one === 'symbol' || typeof one === 'bigint') throw new Error('500 Result not serialisable');
    return one;
  });
  return text ?? 'null';
};
