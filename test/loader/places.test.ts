import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHome, findMeshFile } from '../../lib/loader/find-mesh.ts';
import { findPlace } from '../../lib/loader/find-place.ts';
import { readCases } from '../../lib/loader/read-cases.ts';
import { readText } from '../../lib/loader/read-text.ts';
import { originalPlace } from '../../lib/loader/source-map.ts';
import { MeshError } from '../../lib/model/mesh-error.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import { MESH, meshFolder } from './mesh-folder.ts';

describe('a property', () => {
  const source = "defineProduct({\n  inputs: { a: 1 },\n  outputs: {\n    a: output({ 'b': 2, c })\n  }\n})";

  it.each([
    [['inputs', 'a'], { line: 2, column: 13 }],
    [['outputs', 'a'], { line: 4, column: 5 }],
    [['outputs', 'a', 'b'], { line: 4, column: 17 }],
    [['outputs', 'a', 'c'], { line: 4, column: 25 }],
    [['outputs', 'gone', 'c'], { line: 3, column: 3 }],
    [['gone'], undefined],
  ])('%j is found where it stands, or where the nearest one above it does', (path, place) => {
    expect(findPlace(source, path)).toEqual(place);
  });
});

it('finds the source of a place in a bundle', () => {
  // AAAA: 0,0,0,0; EACC: +2 columns, same source, +1 line, +1 column; ";;" skips a line.
  const map = { sources: ['a.ts', 'b.ts'], mappings: 'AAAA,EACC;;ACAA' };
  expect(originalPlace(map, 1, 1)).toEqual({ source: 'a.ts', line: 1, column: 1 });
  expect(originalPlace(map, 1, 9)).toEqual({ source: 'a.ts', line: 2, column: 2 });
  expect(originalPlace(map, 2, 1)).toBeUndefined();
  expect(originalPlace(map, 3, 5)).toEqual({ source: 'b.ts', line: 2, column: 2 });
  expect(originalPlace(map, 9, 1)).toBeUndefined();
});

it('refuses bytes that are no UTF-8, with their place, and drops a byte order mark', () => {
  const folder = meshFolder({ 'a.sql': '\uFEFFSELECT', 'b.sql': Buffer.from([0x61, 0x0a, 0xc3, 0xa9, 0xff]) });
  expect(readText(folder, 'a.sql', 'x/y')).toBe('SELECT');
  expect(readText(folder, 'b.sql', 'x/y')).toMatchObject({
    where: { line: 2, column: 2 },
  });
});

describe('the mesh’s file', () => {
  it('is found in the folder, below `products`, or where somebody says', () => {
    const folder = meshFolder({ 'products/mesh.ts': MESH, 'other/mesh.ts': MESH });
    expect(findMeshFile(undefined, folder)).toBe(join(folder, 'products/mesh.ts'));
    expect(findMeshFile('other', folder)).toBe(join(folder, 'other/mesh.ts'));
    expect(findMeshFile(folder)).toBe(join(folder, 'products/mesh.ts'));
    expect(() => findMeshFile('gone', folder)).toThrow(MeshError);
    expect(() => findMeshFile(undefined, join(folder, 'other/x'))).toThrow('mesh init');
  });

  it('has its home in its package, beside it, or where somebody says', () => {
    const folder = meshFolder({ 'package.json': '{}', 'a/products/mesh.ts': MESH });
    expect(findHome(join(folder, 'a/products/mesh.ts'), undefined)).toBe(join(folder, '.mesh'));
    expect(findHome(join(folder, 'a/products/mesh.ts'), '/elsewhere')).toBe('/elsewhere');
  });
});

describe('cases', () => {
  const product = { id: 'a/b', file: 'a/b/product.ts' } as unknown as ProductModel;
  const read = (text: string) => readCases(meshFolder({ 'a/b/cases.yaml': text }), product);

  it('are read with their lines', () => {
    const text =
      '- case: one\n  given: { drops: [{ a: 1 }] }\n  expect: { port: [] }\n- case: two\n  given: {}\n  findings: [{ port: p, rule: r }]\n';
    expect(read(text)).toMatchObject([
      { case: { case: 'one', given: { drops: [{ a: 1 }] } }, line: 1, file: 'a/b/cases.yaml' },
      { case: { case: 'two' }, line: 4 },
    ]);
    expect(read('')).toEqual([]);
    expect(readCases(meshFolder({}), product)).toEqual([]);
  });

  it.each([
    ['broken YAML', '- case: [', 'correct the YAML'],
    ['a mapping', 'case: one', 'write a list'],
    ['an unknown property', '- case: one\n  givn: {}\n  given: {}\n  expect: {}', 'did you mean `given`?'],
    ['rows that are none', '- case: one\n  given: { drops: 1 }\n  expect: {}', '`given.drops` is no list of rows'],
    ['no expectation', '- case: one\n  given: {}', '`expect` is missing'],
    ['findings that are none', '- case: one\n  given: {}\n  findings: [x]', '`findings` is no list'],
  ])('refuses %s', (_title, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
