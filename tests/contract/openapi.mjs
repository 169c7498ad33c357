// A validator others wrote judges our own description, and every body it describes is a schema that works.
import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import { System, run } from './harness.mjs';

const system = await System.start();
const described = await (await fetch(`${system.url}/openapi.json`)).json();

await run({
  async the_description_is_openapi_3_1() {
    const verdict = await new Validator().validate(structuredClone(described));
    assert.ok(verdict.valid, String(JSON.stringify(verdict.errors)).slice(0, 600));
    const broken = structuredClone(described);
    delete broken.info;
    assert.ok(!(await new Validator().validate(broken)).valid, 'the judge refuses what is none');
    assert.match(described.openapi, /^3\.1/);
  },
  async every_operation_has_a_summary_answers_and_a_name_of_its_own_for_each_of_its_parameters() {
    let operations = 0;
    for (const [path, methods] of Object.entries(described.paths))
      for (const [method, operation] of Object.entries(methods)) {
        operations++;
        assert.ok(operation.summary, `${method} ${path}`);
        assert.ok(Object.keys(operation.responses).length, `${method} ${path}`);
        const named = [...path.matchAll(/\{([^}]+)\}/g)].map((one) => one[1]).sort();
        const said = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name).sort();
        assert.deepEqual(said, named, `${method} ${path}`);
      }
    assert.ok(operations > 90, String(operations));
  },
  async every_schema_of_a_body_compiles_and_refuses_what_lacks_a_member() {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema({ $id: 'api', components: described.components });
    let required = 0;
    for (const [path, methods] of Object.entries(described.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const schema = operation.requestBody?.content?.['application/json']?.schema;
        if (!schema) continue;
        const check = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
        if (!schema.required?.length) continue;
        required++;
        assert.ok(!check({}), `${method} ${path} takes an empty body`);
      }
    assert.ok(required > 15, String(required));
  },
});
system.stop();
