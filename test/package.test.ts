import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the package, packed and installed elsewhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const run = (command: string, ...args: string[]) => {
    const env = { ...process.env, NO_COLOR: '1', MESH_HOME: '' };
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };
  const mesh = (...args: string[]) => run(process.execPath, 'node_modules/cdk-data-mesh/dist/mesh.js', ...args);

  beforeAll(() => {
    // Packing builds anew, so it is done in a copy: other tests are using this build.
    const copy = join(folder, 'copy');
    const left = new Set(['node_modules', 'dist', '.git', '.mesh']);
    for (const name of readdirSync(root)) {
      if (!left.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const packed = spawnSync('npm', ['pack', '--pack-destination', folder], { cwd: copy, encoding: 'utf8' });
    expect(packed.status, packed.stderr).toBe(0);
    mkdirSync(join(folder, 'node_modules'));
    // Its dependencies as they are installed here, so that the test needs no network.
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    expect(run('tar', 'xzf', archive!)).toEqual({ status: 0, output: '' });
    cpSync(join(folder, 'package'), join(folder, 'node_modules/cdk-data-mesh'), { recursive: true });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds a mesh from its beginning to an answer', { timeout: 60_000 }, () => {
    writeFileSync(
      join(folder, 'tickets.csv'),
      'ticket_id,opened_at,minutes\nt1,2026-10-01 08:15:00,12\nt2,2026-10-02 09:00:00,45\n',
    );
    expect(mesh('init', '--name', 'care', '--yes')).toMatchObject({ status: 0 });
    expect(mesh('add', 'product', 'tickets.csv', '--yes')).toMatchObject({ status: 0 });
    expect(mesh('check').output).toContain('ok care: 1 domain, 1 product, 1 port');
    expect(mesh('test').output).toContain('all hold');
    expect(mesh('build').output).toContain('1 product published');
    expect(mesh('query', 'SELECT sum(minutes) AS minutes FROM tickets', '--format', 'csv').output).toBe(
      'minutes\n57\n',
    );
  });

  test('types the declarations of others', { timeout: 60_000 }, () => {
    const declaration = (rows: string) => `
      import { defineProduct, defineTransform, code, field, output, source } from 'cdk-data-mesh';
      const product = defineProduct({
        domain: 'care', name: 'cases', version: '1.0.0', archetype: 'source-aligned', purpose: 'p', owner: { team: 'care', contact: 'c' },
        inputs: { drops: source({ description: 'd', path: 'care', format: 'csv', fields: { id: field.long('i').required() } }) },
        outputs: { cases: output({ description: 'd', fields: { id: field.long('i').required() }, mode: 'append' }) },
        transform: code('transform.ts'),
      });
      export default defineTransform<typeof product>(async function* ({ inputs }) {
        for await (const { id } of inputs.drops) yield { port: 'cases', row: { id: ${rows} } };
      });
    `;
    const compile = (text: string) => {
      writeFileSync(join(folder, 'declaration.ts'), text);
      const options = [
        '--noEmit',
        '--strict',
        '--ignoreConfig',
        '--target',
        'es2023',
        '--module',
        'nodenext',
        '--types',
        '',
      ];
      return run(process.execPath, 'node_modules/typescript/bin/tsc', ...options, 'declaration.ts');
    };
    expect(compile(declaration('id'))).toEqual({ status: 0, output: '' });
    expect(compile(declaration('String(id)')).output).toContain("Type 'string' is not assignable to type 'bigint'");
  });
});
