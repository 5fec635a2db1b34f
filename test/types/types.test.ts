import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

/** The files `*.types.ts` beside this one hold what must compile and, after `@ts-expect-error`, what must not. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test/types');

/** Type-checks files with the project's own options, and says what the compiler says. */
function check(name: string, files: readonly string[]): string {
  const project = join(root, 'node_modules', `.${name}-${process.pid}`);
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  mkdirSync(project, { recursive: true });
  const options = {
    extends: join(root, 'tsconfig.json'),
    include: [],
    files,
    compilerOptions: { noUnusedLocals: false },
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '--noEmit', '-p', project], { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

describe('types', () => {
  test('of rows, declarations and the model are what they are meant to be', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.types.ts'));
    expect(files.sort()).toEqual(['model.types.ts', 'products.types.ts', 'rows.types.ts']);
    expect(
      check(
        'types',
        files.map((name) => join(folder, name)),
      ),
    ).toBe('');
  });

  test('fails when a type is another, or when what must not compile does', () => {
    const wrong = join(root, 'node_modules', `.wrong-${process.pid}.ts`);
    onTestFinished(() => rmSync(wrong, { force: true }));
    const text = [
      `import { type Equal, expectType } from '${folder}/equal.ts';`,
      `import { field, type Row } from '${root}lib/index.ts';`,
      "const fields = { id: field.string('Id') };",
      'expectType<Equal<Row<typeof fields>, { id: string }>>();',
      '// @ts-expect-error this is fine, so it must be told',
      "field.string('Id');",
    ];
    writeFileSync(wrong, text.join('\n'));
    const said = check('wrong-types', [wrong]);
    expect(said).toMatch(/\(4,12\): error TS2344/);
    expect(said).toMatch(/\(5,1\): error TS2578: Unused '@ts-expect-error' directive/);
  });
});
