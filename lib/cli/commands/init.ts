import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { packageVersion } from '../../loader/package-root.ts';
import { MeshError } from '../../model/mesh-error.ts';
import { KEBAB_NAME } from '../../model/names.ts';
import { confirm } from '../ask.ts';
import { defineCommand } from '../command.ts';
import { refuseExisting, writeFiles } from '../write-files.ts';

interface InitOptions {
  readonly name?: string;
  readonly domain: string;
  readonly contact?: string;
  readonly yes?: boolean;
}

/** `mesh init` */
export default defineCommand<InitOptions>({
  configure: (command) =>
    command
      .argument('[folder]', 'where; default: the working folder', '.')
      .option('--name <name>', "of the mesh; default: the folder's")
      .option('--domain <domain>', 'the first domain', 'core')
      .option('--contact <contact>', 'how to reach its team')
      .option('-y, --yes', 'write without asking'),
  async run(context, { args, options }) {
    const { print } = context;
    const folder = resolve(String(args[0]));
    const name = options.name ?? toName(basename(folder));
    for (const [option, value] of [
      ['--name', name],
      ['--domain', options.domain],
    ] as const) {
      if (KEBAB_NAME.test(value)) continue;
      const fix = `say \`${option}\` with small letters, digits and hyphens, such as \`${option} shop\``;
      throw new MeshError({ code: 'invalid-name', kind: 'usage', message: `\`${value}\` is no name`, fix });
    }
    const isNew = (path: string) => !existsSync(join(folder, path));
    const contact = options.contact ?? `${options.domain}@${name}.example`;
    const files = {
      'products/mesh.ts': meshFile(name, options.domain, contact),
      ...(isNew('package.json') ? { 'package.json': packageFile(name) } : {}),
      ...(isNew('tsconfig.json') ? { 'tsconfig.json': TSCONFIG } : {}),
      ...(isNew('.gitignore') ? { '.gitignore': 'node_modules/\n.mesh/\n' } : {}),
    };
    refuseExisting(folder, Object.keys(files));
    print.line(files['products/mesh.ts'].trimEnd());
    const where = relative(process.cwd(), folder) || 'this folder';
    if (!(await confirm(context, `Write ${Object.keys(files).join(', ')} to ${where}?`, options.yes))) return undefined;
    const written = writeFiles(folder, files);
    print.answer({ name, domain: options.domain, written });
    for (const each of written) print.line(`wrote ${each}`);
    print.note(`next: mesh add product FILE${where === 'this folder' ? '' : `, in ${where}`}`);
    return undefined;
  },
});

function meshFile(name: string, domain: string, contact: string): string {
  return `import { defineDomain, defineMesh } from 'cdk-data-mesh';

export default defineMesh({
  name: '${name}',
  description: 'What ${name} is about',
  domains: [
    defineDomain({
      name: '${domain}',
      team: '${domain}',
      contact: '${contact.replaceAll("'", "\\'")}',
      description: 'What the domain is about',
    }),
  ],
});
`;
}

function packageFile(name: string): string {
  const scripts = { start: 'mesh up', check: 'mesh check', test: 'mesh test' };
  const dependencies = { 'cdk-data-mesh': `^${packageVersion()}` };
  return `${JSON.stringify({ name, private: true, type: 'module', scripts, dependencies }, null, 2)}\n`;
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'ES2023',
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    include: ['products'],
  },
  null,
  2,
)}\n`;

function toName(folder: string): string {
  return folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
}
