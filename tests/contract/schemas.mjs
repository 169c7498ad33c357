// The SDK's schemas compile, refer to one another, and accept what the fixtures give to operations.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { root, run } from './harness.mjs';

const folder = path.join(root, 'sdk/schemas');
const ajv = new Ajv({ strict: false, allErrors: true });
const names = fs.readdirSync(folder).filter((name) => name.endsWith('.json'));
for (const name of names) ajv.addSchema(JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')));

function fixtures() {
  return fs.readdirSync(path.join(root, 'plugins')).flatMap((id) => {
    const at = path.join(root, 'plugins', id, 'fixtures');
    return fs.existsSync(at) ? fs.readdirSync(at).map((name) => [`${id}/${name}`, JSON.parse(fs.readFileSync(path.join(at, name), 'utf8'))]) : [];
  });
}

await run({
  async every_schema_compiles() {
    for (const name of names) assert.ok(ajv.getSchema(name), name);
    assert.ok(names.length >= 15);
  },
  async every_fixtures_input_fits_its_operation() {
    let checked = 0;
    for (const [name, fixture] of fixtures()) {
      const schema = ajv.getSchema(`${fixture.operation.replace('/', '.')}.input.json`);
      // A provider's published example has names of its own.
      if (!schema || !fixture.input || fixture.published) continue;
      checked++;
      assert.ok(schema(fixture.input), `${name}: ${ajv.errorsText(schema.errors)}`);
    }
    assert.ok(checked >= 10, `${checked} inputs were checked`);
  },
  async money_that_is_a_float_is_refused() {
    const money = ajv.getSchema('money.json');
    assert.ok(money({ minor: '1059', exponent: 2, currency: 'USD' }));
    for (const minor of [1059, '10.59', '1e3', '01', '']) assert.ok(!money({ minor, exponent: 2, currency: 'USD' }), String(minor));
  },
});
