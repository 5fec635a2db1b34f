import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';

test('has every name of MiniStack that the plugin leans on', () => {
  const script = join(import.meta.dirname, 'check_names.py');
  expect(execFileSync(process.env.MESH_AWS_PYTHON!, [script], { encoding: 'utf8' })).toBe('');
});

test('gives the shared emulator in the environment of tests', () => {
  expect(process.env).toMatchObject(inject('aws'));
});
