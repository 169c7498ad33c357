// Turns the built pages into a C++ file: node embed.mjs DIST OUT
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [dist, out] = process.argv.slice(2);
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const files = fs.readdirSync(dist, { recursive: true }).map(String).filter((name) => fs.statSync(path.join(dist, name)).isFile()).sort();
const bytes = (name, data) => `const unsigned char ${name}[] = {${[...data].join(',')}};\n`;
let text = '#include "host/app/web_files.hpp"\n\nnamespace turnpike::app {\nnamespace {\n\n';
let rows = '';
files.forEach((name, n) => {
  const plain = fs.readFileSync(path.join(dist, name));
  const packed = zlib.gzipSync(plain, { level: 9 });
  text += bytes(`kPlain${n}`, plain) + bytes(`kPacked${n}`, packed);
  rows += `    {"/${name.split(path.sep).join('/')}", "${types[path.extname(name)] ?? 'application/octet-stream'}", {kPlain${n}, sizeof kPlain${n}}, {kPacked${n}, sizeof kPacked${n}}},\n`;
});
text += `\nconst WebFile kFiles[] = {\n${rows}};\n\n}  // namespace\n\nstd::span<const WebFile> web_files() { return kFiles; }\n\n}  // namespace turnpike::app\n`;
fs.writeFileSync(out, text);
