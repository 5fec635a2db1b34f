import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What only who deploys installs. */
const OF_DEPLOYMENTS = ['@aws-sdk', '@aws', 'aws-cdk-lib', 'aws-cdk', 'constructs', 'cdk-nag'];

/** An app as another project has it. */
const APP = `import { App } from 'aws-cdk-lib';
import { DataMesh, DataProduct, readMesh } from 'cdk-data-mesh/cdk';
const app = new App({ outdir: 'cdk.out', treeMetadata: false });
const read = await readMesh('.');
const mesh = new DataMesh(app, 'CareMesh', read);
for (const product of read.products) new DataProduct(mesh, product);
const ids = app.synth().stacks.map(({ id }) => id);
`;

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
    // Its dependencies as they are installed here, so that the test needs no network; who does not deploy has no CDK.
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (!name.startsWith('.') && !OF_DEPLOYMENTS.includes(name))
        symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    expect(run('tar', 'xzf', archive!)).toEqual({ status: 0, output: '' });
    cpSync(join(folder, 'package'), join(folder, 'node_modules/cdk-data-mesh'), { recursive: true });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has both entries, their types and the functions of a mesh, and no sources', () => {
    const inside = (path: string) => existsSync(join(folder, 'package', path));
    const files = [
      'index.js',
      'cdk.js',
      'mesh.js',
      'types/lib/index.d.ts',
      'types/lib/cdk.d.ts',
      'mesh-model.schema.json',
    ];
    const functions = ['run', 'registrar', 'collect-cost'].map((name) => `lambdas/${name}/index.mjs`);
    expect([...files, ...functions].filter((file) => !inside(`dist/${file}`))).toEqual([]);
    expect(['lib', 'test', 'lambdas', 'dist/app.js', 'dist/bench.js'].filter(inside)).toEqual([]);
  });

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

  test('deploys for who has the CDK, and tells who has not', { timeout: 120_000 }, () => {
    writeFileSync(join(folder, 'mesh.mjs'), "import { hours } from 'cdk-data-mesh'; console.log(hours(1).seconds);\n");
    expect(run(process.execPath, 'mesh.mjs')).toEqual({ status: 0, output: '3600\n' });
    writeFileSync(join(folder, 'app.ts'), APP);
    writeFileSync(join(folder, 'app.mjs'), `${APP}console.log(ids.join());\n`);
    expect(run(process.execPath, 'app.mjs').output).toMatch(/Cannot find package '(aws-cdk-lib|constructs)'/);

    for (const name of ['aws-cdk-lib', 'constructs']) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    expect(run(process.execPath, 'app.mjs')).toEqual({ status: 0, output: 'CareMesh,CareCoreTickets\n' });
    const options = ['--noEmit', '--strict', '--ignoreConfig', '--skipLibCheck', '--types', ''];
    const modules = ['--target', 'es2023', '--module', 'nodenext'];
    const compiler = 'node_modules/typescript/bin/tsc';
    expect(run(process.execPath, compiler, ...options, ...modules, 'app.ts')).toEqual({ status: 0, output: '' });
  });
});
