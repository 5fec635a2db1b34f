import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldNames, inferContract } from '../../lib/cli/add/infer-contract.ts';
import { profileFile } from '../../lib/cli/add/profile-file.ts';
import { type Files, meshFolder } from '../loader/mesh-folder.ts';
import { runCli } from './run-cli.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const PEOPLE = [
  'customer_id,full_name,email,phone,city,status,score,balance,zip,vip,birth_date,updated_at,vendor_id,note',
  ...range(60).map((n) =>
    [
      `c${n}`,
      `Somebody ${n}`,
      `p${n}@mail.example`,
      `+31 6 1234${1000 + n}`,
      ['Graz', 'Köln'][n % 2],
      ['open', 'shut'][n % 2],
      (n % 10) / 10,
      `${n}.50`,
      `0${1000 + n}`,
      n % 2 === 0,
      '1990-01-01',
      `2026-01-${String((n % 28) + 1).padStart(2, '0')}T10:00:00Z`,
      `v${n % 7}`,
      n % 3 ? 'x' : '',
    ].join(','),
  ),
].join('\n');

const infer = (name: string, content: string | Buffer) => {
  const entities = [{ name: 'Vendor', description: 'Sells', key: 'vendor_id' }];
  return profileFile(join(meshFolder({ [name]: content }), name), async (profile) => ({
    profile,
    contract: await inferContract(profile, entities),
  }));
};

describe('a contract inferred from a file', () => {
  it('has types, key, promises, actual time and classes', async () => {
    const { contract } = await infer('people.csv', PEOPLE);
    const of = (name: string) => contract.fields.find((field) => field.name === name)!;
    expect(contract).toMatchObject({
      key: ['customer_id'],
      mode: 'upsert',
      actualTime: 'updated_at',
      isRenamed: false,
    });
    expect(of('email')).toMatchObject({
      type: { kind: 'string' },
      required: true,
      unique: true,
      classification: 'personal',
    });
    for (const name of ['full_name', 'phone', 'birth_date']) expect(of(name).classification).toBe('personal');
    for (const name of ['city', 'status']) expect(of(name).classification).toBe('internal');
    expect(of('status').oneOf).toEqual(['open', 'shut']);
    expect(of('score')).toMatchObject({ type: { kind: 'double' }, min: 0 });
    expect(of('balance').type).toEqual({ kind: 'decimal', precision: 12, scale: 2 });
    expect(of('zip').type).toEqual({ kind: 'string' });
    expect(of('vip').type).toEqual({ kind: 'boolean' });
    expect(of('vendor_id')).toMatchObject({ entity: 'Vendor', unique: false });
    expect(of('note').required).toBe(false);
  });

  it('finds a key of two columns, and appends without any', async () => {
    const pairs = range(40).map((n) => `v${n % 8},2026-01-0${Math.floor(n / 8) + 1},1`);
    expect((await infer('daily.csv', ['vendor_id,day,n', ...pairs].join('\n'))).contract.key).toEqual([
      'vendor_id',
      'day',
    ]);
    const same = range(40).map(() => 'a,1');
    expect((await infer('same.csv', ['kind,n', ...same].join('\n'))).contract).toMatchObject({
      key: [],
      mode: 'append',
    });
  });

  it('knows delimiters, encodings and files without a header', async () => {
    const latin = Buffer.from(
      `id;stadt\n${range(30)
        .map((n) => `${n};Köln`)
        .join('\n')}\n`,
      'latin1',
    );
    const { profile, contract } = await infer('latin.csv', latin);
    expect(profile.csv).toMatchObject({ delimiter: ';', encoding: 'latin-1', header: true });
    expect(contract.fields[1]!.oneOf).toEqual(['Köln']);
  });

  it('reads NDJSON with nested values', async () => {
    const lines = range(30).map((n) => JSON.stringify({ id: n, tags: ['a'], place: { lat: 1.5 } }));
    const { contract } = await infer('nested.ndjson', lines.join('\n'));
    expect(contract.fields.map(({ type }) => type.kind)).toEqual(['long', 'list', 'struct']);
  });

  it('makes names that fields can have', () => {
    expect(fieldNames(['Order ID', 'orderId', 'Größe', 'when', '2nd', '', 'order_id', '_file'])).toEqual([
      'order_id',
      'order_id_2',
      'grosse',
      'when_value',
      'c_2nd',
      'column_6',
      'order_id_3',
      'file',
    ]);
  });

  it.each([
    ['an empty file', 'a.csv', ''],
    ['a file with a header alone', 'a.csv', 'id,name\n'],
    ['a file of an unknown form', 'a.xlsx', 'x'],
    ['a Parquet file that is none', 'a.parquet', 'PAR?'],
    ['NDJSON that is none', 'a.ndjson', '{"a":1}\n{broken'],
  ])('fails with %s', async (_title, name, content) => {
    await expect(infer(name, content)).rejects.toMatchObject({ name: 'MeshError', fix: expect.any(String) });
  });
});

describe('adding a product to a new mesh', () => {
  const add = (folder: string, ...args: string[]) => runCli(['add', 'product', ...args], { cwd: folder });

  it('gives one that is checked, tested, built and typed at once', async () => {
    const folder = meshFolder({ 'people.csv': PEOPLE });
    expect((await runCli(['init', '--name', 'shop', '--domain', 'crm', '--yes'], { cwd: folder })).code).toBe(0);
    const shown = await add(folder, 'people.csv');
    expect(shown).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/email +string +required, unique +personal/),
      stderr: expect.stringContaining('--yes'),
    });
    expect(existsSync(join(folder, 'products/crm'))).toBe(false);
    expect((await add(folder, 'people.csv', '--yes')).code).toBe(0);
    expect(readFileSync(join(folder, 'products/crm/people/cases.yaml'), 'utf8')).not.toContain('mail.example');
    expect((await runCli(['check'], { cwd: folder })).stdout).toContain('ok shop: 1 domain, 1 product, 1 port');
    expect((await runCli(['test'], { cwd: folder })).stdout).toContain('all hold');
    expect((await runCli(['build'], { cwd: folder })).stdout).toMatch(/crm\/people +60/);
    expect(await add(folder, 'people.csv', '--yes')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('is there already'),
    });
  });

  it('reads drops by the order of their columns when their header has names that fields cannot have', async () => {
    const csv: Files = {
      'Weird Names.csv': `Order ID;Amount;when\n${range(30)
        .map((n) => `${n + 1};${n}.5;2026-01-01`)
        .join('\n')}\n`,
    };
    const folder = meshFolder(csv);
    await runCli(['init', '--name', 'shop', '--yes'], { cwd: folder });
    expect((await add(folder, 'Weird Names.csv', '--yes')).stdout).toContain('was `Order ID`');
    expect((await runCli(['test'], { cwd: folder })).stdout).toContain('all hold');
    expect((await runCli(['build'], { cwd: folder })).stdout).toMatch(/core\/weird-names +30/);
  });
});
