// A provider's own API description as the judge of the bodies we send; null where the descriptions are not at hand.
import fs from 'node:fs';
import path from 'node:path';
import { root, shared } from './harness.mjs';

export const absent = "the providers' descriptions are not here";

export async function description(file) {
  const judge = path.join(shared, 'judges/ajv_spec.mjs');
  const found = path.join(shared, 'assets', file);
  if (!fs.existsSync(judge) || !fs.existsSync(found)) return null;
  const copy = path.join(root, 'tests/contract/node_modules/.judge.mjs');
  fs.copyFileSync(judge, copy);
  const { SpecChecker } = await import(copy);
  return new SpecChecker(found);
}
