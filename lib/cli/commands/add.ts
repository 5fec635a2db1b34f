import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { landingFolder } from '../../adapters/local/create-local-ports.ts';
import type { DomainDeclaration } from '../../model/define-domain.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { listNames } from '../../model/list-names.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { MeshModel } from '../../model/mesh-model.ts';
import { KEBAB_NAME, productId } from '../../model/names.ts';
import { fieldNames, inferContract } from '../add/infer-contract.ts';
import { type FileProfile, profileFile } from '../add/profile-file.ts';
import { contractRows, type NewProduct, writeProduct } from '../add/write-product.ts';
import { confirm } from '../ask.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { openModel, placeOf } from '../open-mesh.ts';
import { formatTable } from '../table.ts';
import { count } from '../words.ts';
import { refuseExisting, writeFiles } from '../write-files.ts';

interface AddOptions {
  readonly domain?: string;
  readonly name?: string;
  readonly about?: string;
  readonly copy: boolean;
  readonly yes?: boolean;
}

/** `mesh add product FILE` */
export default defineCommand<AddOptions>({
  configure(command) {
    command
      .command('product')
      .description('infer a contract from a file, show it, then write product.ts, its SQL and a case')
      .argument('<file>', 'a .csv, .tsv, .ndjson, .jsonl or .parquet file')
      .option('--domain <domain>', 'of the product; needed when the mesh has several')
      .option('--name <name>', "of the product; default: the file's")
      .option('--about <text>', 'what it is for')
      .option('--no-copy', "don't copy the file into the landing folder as its first drop")
      .option('-y, --yes', 'write without asking');
    return command;
  },
  async run(context, { args, options }) {
    const { print } = context;
    const place = placeOf(context);
    const { model } = await openModel(context, place);
    const file = existingFile(String(args[0]));
    const domain = domainOf(model, options.domain);
    const name = nameOf(options.name ?? basename(file));
    const path = `${domain.name}/${name}`;
    const folder = join(place.folder, path);
    refuseExisting(folder, ['product.ts']);
    return await profileFile(file, async (whole) => {
      const profile = withReadableColumns(context, whole);
      const contract = await inferContract(profile, model.entities);
      const product: NewProduct = {
        domain: domain.name,
        name,
        port: fieldNames([name])[0]!,
        purpose: options.about ?? `What ${basename(file)} says.`,
        team: domain.team,
        contact: domain.contact,
        path,
        hasEntities: exportsEntities(
          place.folder,
          contract.fields.flatMap(({ entity }) => entity ?? []),
        ),
      };
      const files = writeProduct(product, profile, contract);
      const { bold, dim } = print.color;
      print.line(`${bold(productId(domain.name, name))} from ${count(profile.rows, 'row')} of ${basename(file)}`);
      const columns = [
        { title: 'field' },
        { title: 'type', style: dim },
        { title: 'promise' },
        { title: 'class' },
        { title: '' },
      ];
      for (const line of formatTable(columns, contractRows(contract), {
        title: bold,
        width: print.isTerminal ? print.columns : undefined,
      }))
        print.line(line);
      print.line(
        `published by ${contract.mode}${contract.key.length > 0 ? ` with key ${contract.key.join(', ')}` : ''}${contract.actualTime ? `; actual time ${contract.actualTime}` : ''}`,
      );
      if (contract.isRenamed)
        print.note('the header has names that fields cannot have, so drops are read by the order of their columns');
      if (!(await confirm(context, `Write ${Object.keys(files).join(', ')} to ${path}?`, options.yes)))
        return undefined;
      const written = writeFiles(folder, files);
      const drop = options.copy
        ? copyDrop(file, join(landingFolder(place.home, place.folder, model.landing), path))
        : undefined;
      print.answer({ product: productId(domain.name, name), contract, written, drop });
      for (const each of written) print.line(`wrote ${each}`);
      if (drop !== undefined) print.line(`copied ${basename(file)} to ${dirname(drop)}`);
      print.note(`next: mesh check, mesh test ${path}, mesh build ${path}`);
      return undefined;
    });
  },
});

/** Columns of NDJSON and Parquet are found by name, so only those whose name a field can have; CSV has an order too. */
function withReadableColumns({ print }: CliContext, profile: FileProfile): FileProfile {
  if (profile.format === 'csv') return profile;
  const names = fieldNames(profile.columns.map(({ name }) => name));
  const columns = profile.columns.filter(({ name }, index) => name === names[index]);
  const left = profile.columns.filter((column) => !columns.includes(column)).map(({ name }) => name);
  if (left.length === 0) return profile;
  const message = `fields cannot be called ${listNames(left)}`;
  if (columns.length === 0) {
    const fix = 'rename the columns to snake_case where the file is made';
    throw new MeshError({ code: 'invalid-name', kind: 'usage', message, fix });
  }
  print.note(`left out, because ${message}: rename them to snake_case where the file is made`);
  return { ...profile, columns };
}

function existingFile(given: string): string {
  const file = resolve(given);
  if (existsSync(file)) return file;
  throw new MeshError({
    code: 'no-such-file',
    kind: 'not-found',
    message: `there is no file ${given}`,
    fix: 'correct the path',
  });
}

function domainOf({ domains }: MeshModel, given: string | undefined): DomainDeclaration {
  if (given === undefined && domains.length === 1) return domains[0]!;
  const names = domains.map(({ name }) => name);
  const found = domains.find(({ name }) => name === given);
  if (found) return found;
  const message =
    given === undefined
      ? `the mesh has ${names.length} domains`
      : `there is no domain \`${given}\`${didYouMean(given, names)}`;
  throw new MeshError({
    code: 'no-domain',
    kind: 'usage',
    message,
    fix: `say \`--domain\`, with one of ${listNames(names)}`,
  });
}

function nameOf(given: string): string {
  const name = given
    .replace(/\.(gz|csv|tsv|ndjson|jsonl|parquet)$/gi, '')
    .replace(/\.(csv|tsv|ndjson|jsonl|parquet)$/i, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  if (KEBAB_NAME.test(name)) return name;
  throw new MeshError({
    code: 'invalid-name',
    kind: 'usage',
    message: `\`${given}\` gives no name`,
    fix: 'say `--name`, such as `--name vendor-ratings`',
  });
}

/** Whether the mesh's `entities.ts` exports all of these. */
function exportsEntities(folder: string, entities: readonly string[]): boolean {
  const file = join(folder, 'entities.ts');
  if (entities.length === 0 || !existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  return entities.every((name) => new RegExp(`export const ${name}\\b`).test(text));
}

function copyDrop(file: string, folder: string): string {
  const drop = join(folder, basename(file));
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, drop);
  return drop;
}
