import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocalPorts } from '../../lib/adapters/local/create-local-ports.ts';
import { mountSmallDisk } from '../crash/small-disk.ts';
import { type BadMesh, type Built, createBadMesh, land, passingProduct, runMesh } from './bad-mesh.ts';

const FIELDS = { id: "field.string('Id').required()" };
/** Whom files can be kept from, when we ourselves are root. */
const NOBODY = 65_534;

let mesh: BadMesh;
beforeEach(async () => {
  mesh = await createBadMesh();
  for (const name of ['first', 'second']) {
    await mesh.write(`bad/${name}/product.ts`, passingProduct(name, 'csv', FIELDS));
    await land(mesh.landing, `bad/${name}/a.csv`, `id\n${name}\n`);
  }
});
afterEach(() => mesh.remove());

const kinds = ({ results }: Built) =>
  Object.fromEntries([...results.values()].map(({ product, kind }) => [product, kind]));

async function rowsOf(product: `${string}/${string}`): Promise<unknown[]> {
  const ports = createLocalPorts({ home: mesh.home, loadTransform: () => Promise.reject(new Error('no code here')) });
  try {
    const { current, manifest } = (await ports.registry.find(product))!;
    const { fields, table } = manifest.outputs[0]!;
    const rows: unknown[] = [];
    const { snapshot } = current!.outputs.rows!;
    const binding = { kind: 'port', name: 'rows', database: manifest.database, table, snapshot, fields } as const;
    for await (const row of ports.warehouse.readRows(binding, ['id'])) rows.push(row.id);
    return rows;
  } finally {
    ports.close();
  }
}

describe('a drop', () => {
  test('that changed after it was read is refused, the others go on, and nothing is lost', async () => {
    await mesh.build();
    await land(mesh.landing, 'bad/first/a.csv', 'id\nchanged\n');
    await land(mesh.landing, 'bad/second/b.csv', 'id\nmore\n');
    const built = await mesh.build();
    expect(built.code).toBe(5);
    expect(kinds(built)).toEqual({ 'bad/first': 'failed', 'bad/second': 'published' });
    expect(built.results.get('bad/first')).toMatchObject({
      error: { code: 'changed-drop', where: { file: 'bad/first/a.csv', product: 'bad/first' } },
    });
    expect(await rowsOf('bad/first')).toEqual(['first']);
    expect(await rowsOf('bad/second')).toEqual(['more', 'second']);
    await land(mesh.landing, 'bad/first/a.csv', 'id\nfirst\n');
    await land(mesh.landing, 'bad/first/b.csv', 'id\nchanged\n');
    expect(kinds(await mesh.build())).toEqual({ 'bad/first': 'published', 'bad/second': 'unchanged' });
    expect(await rowsOf('bad/first')).toEqual(['changed', 'first']);
  });

  test('that vanishes or changes while it is read makes the run begin anew with what is there', async () => {
    await mesh.write('bad/first/product.ts', codeProduct('first'));
    await mesh.write('bad/second/product.ts', codeProduct('second'));
    const drop = (name: string) => JSON.stringify(join(mesh.landing, `bad/${name}/b.csv`));
    const read = "for await (const { id } of inputs.drops) yield { port: 'rows', row: { id } };";
    const generator = (body: string) =>
      `import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';\nexport default async function* ({ inputs }) {\n${body}\n}\n`;
    await mesh.write('bad/first/transform.ts', generator(`rmSync(${drop('first')}, { force: true });\n${read}`));
    const change = `if (!readFileSync(${drop('second')}, 'utf8').includes('new')) writeFileSync(${drop('second')}, 'id\\nnew\\n');`;
    await mesh.write('bad/second/transform.ts', generator(`${read}\n${change}`));
    await land(mesh.landing, 'bad/first/b.csv', 'id\ngone\n');
    await land(mesh.landing, 'bad/second/b.csv', 'id\nold\n');
    const built = await mesh.build();
    expect(kinds(built)).toEqual({ 'bad/first': 'published', 'bad/second': 'published' });
    expect(await rowsOf('bad/first')).toEqual(['first']);
    expect(await rowsOf('bad/second')).toEqual(['new', 'second']);
    expect(kinds(await mesh.build())).toEqual({ 'bad/first': 'unchanged', 'bad/second': 'unchanged' });
  });

  test('that changes whenever it is read makes the build ask to be tried again', async () => {
    await mesh.write('bad/first/product.ts', codeProduct('first'));
    const file = JSON.stringify(join(mesh.landing, 'bad/first/a.csv'));
    const body = `for await (const row of inputs.drops) yield { port: 'rows', row: { id: row.id } };\nappendFileSync(${file}, 'more\\n');`;
    await mesh.write(
      'bad/first/transform.ts',
      `import { appendFileSync } from 'node:fs';\nexport default async function* ({ inputs }) {\n${body}\n}\n`,
    );
    const built = await mesh.build();
    expect(built.code).toBe(75);
    expect(kinds(built)).toEqual({ 'bad/first': 'failed', 'bad/second': 'published' });
    expect(built.results.get('bad/first')).toMatchObject({ error: { code: 'superseded', kind: 'retry' } });
  });

  test('that is a link to nothing is named, and the others go on', async () => {
    await symlink(join(mesh.landing, 'nowhere.csv'), join(mesh.landing, 'bad/first/b.csv'));
    const built = await mesh.build();
    expect(built.code).toBe(6);
    expect(kinds(built)).toEqual({ 'bad/first': 'failed', 'bad/second': 'published' });
    expect(built.results.get('bad/first')).toMatchObject({
      error: { code: 'unreadable-drop', where: { file: 'bad/first/b.csv' } },
    });
    await rm(join(mesh.landing, 'bad/first/b.csv'));
    expect(kinds(await mesh.build())).toEqual({ 'bad/first': 'published', 'bad/second': 'unchanged' });
  });

  test('may be a folder, of which only the files count', async () => {
    await mkdir(join(mesh.landing, 'bad/first/folder.csv'));
    await land(mesh.landing, 'bad/first/folder.csv/b.csv', 'id\nb\n');
    expect(kinds(await mesh.build())).toEqual({ 'bad/first': 'published', 'bad/second': 'published' });
    expect(await rowsOf('bad/first')).toEqual(['b', 'first']);
  });
});

describe('somebody who may not', () => {
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const asSomebody = (...args: readonly string[]) =>
    runMesh([...args, '--mesh', mesh.folder, '--home', mesh.home, '--json'], { uid });

  beforeEach(async ({ skip }) => {
    await mesh.build();
    if (uid === undefined) return;
    const { status } = spawnSync(process.execPath, [join(process.cwd(), 'dist/mesh.js'), '--help'], { uid, gid: uid });
    if (status !== 0) skip('somebody else cannot reach this folder, so files cannot be kept from them');
    execFileSync('chown', ['-R', String(uid), join(mesh.folder, '..')]);
  });

  test('read a drop is told which, and the others go on', async () => {
    await land(mesh.landing, 'bad/first/b.csv', 'id\nb\n');
    await land(mesh.landing, 'bad/second/b.csv', 'id\nb\n');
    await chmod(join(mesh.landing, 'bad/first/b.csv'), 0o000);
    const { code, stdout } = await asSomebody('build');
    expect(code).toBe(6);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; data: { results: object[] } });
    expect(lines.find(({ event }) => event === 'built')!.data.results).toMatchObject([
      { product: 'bad/first', kind: 'failed', error: { code: 'unreadable-drop', where: { file: 'bad/first/b.csv' } } },
      { product: 'bad/second', kind: 'published' },
    ]);
    await chmod(join(mesh.landing, 'bad/first/b.csv'), 0o644);
    if (uid !== undefined) await chown(join(mesh.landing, 'bad/first/b.csv'), uid, uid);
    expect((await asSomebody('build')).code).toBe(0);
    expect(await rowsOf('bad/first')).toEqual(['b', 'first']);
  });

  test.each(['staging', 'data', 'journal', '.'])('write the folder `%s` of the home is told so', async (folder) => {
    await land(mesh.landing, 'bad/first/b.csv', 'id\nb\n');
    const at = join(mesh.home, folder);
    await mkdir(at, { recursive: true });
    for (const each of folder === '.' ? ['.', ...(await readdir(mesh.home))] : [folder]) {
      if (each !== 'landing') execFileSync('chmod', ['-R', 'a-w', join(mesh.home, each)]);
    }
    const { code, stdout, stderr } = await asSomebody('build');
    expect(code, stdout + stderr).toBe(6);
    expect(stdout).toMatch(/"code":"(not-permitted|home-unwritable|store-unwritable|journal-unwritable)"/);
    expect(stderr).toContain(mesh.home);
    execFileSync('chmod', ['-R', 'u+w', mesh.home]);
    const again = await asSomebody('build');
    expect(again.code, again.stderr).toBe(0);
    expect(await rowsOf('bad/first')).toEqual(['b', 'first']);
  });
});

describe('a full disk', () => {
  test('is told by the CLI with 75, and the next build goes on', async ({ skip }) => {
    const disk = mountSmallDisk(join(tmpdir(), `mesh-disk-${process.pid}`), 8);
    if (!disk) return skip('nobody may mount a small disk here');
    try {
      await mesh.build();
      const home = join(disk.folder, 'home');
      await cp(mesh.home, home, { recursive: true });
      await writeFile(join(home, 'landing/bad/first/b.csv'), 'id\nb\n');
      for (const free of [0, 40, 56].map((kilobytes) => kilobytes * 1024)) {
        disk.fillBut(free);
        const full = await runMesh(['build', '--mesh', mesh.folder, '--home', home]);
        expect(full.code, full.stderr + full.stdout).toBe(75);
        expect(full.stderr).toMatch(/\[disk-full\]/);
        expect(full.stderr).toMatch(/fix free some/);
      }
      disk.makeRoom();
      const { code, stdout } = await runMesh(['build', '--mesh', mesh.folder, '--home', home]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/1 product published/);
    } finally {
      disk.remove();
    }
  });
});

function codeProduct(name: string): string {
  return passingProduct(name, 'csv', FIELDS)
    .replace(/transform: sql\(.*\),/, "transform: code('transform.ts'),")
    .replace('sql }', 'code }');
}
